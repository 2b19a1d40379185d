import { describe, expect, test } from "vitest";
import type { CallRow } from "../data/calls";
import { ticksOf, timelineOf } from "./timeline";

let number = 0;
const call = (connect: string | null, disconnect: string | null, more: Partial<CallRow> = {}): CallRow => ({
  account: "a",
  call_id: String(++number),
  trans_date: "2026-10-14T12:00:00.000Z",
  connect_dt: connect === null ? null : `2026-10-${connect}.000Z`,
  disconnect_dt: disconnect === null ? null : `2026-10-${disconnect}.000Z`,
  conf_num: "c",
  room_id: "r",
  person: "p1",
  user_name: "Priya",
  quality: "Good",
  connect_seconds: 60,
  billed_minutes: 1,
  sip: false,
  ...more,
});

describe("a conference's timeline", () => {
  test("re-joins stand on one line, in order, and are counted", () => {
    const { lines, rejoins, people } = timelineOf([
      call("14T11:30:00", "14T11:40:00"),
      call("14T11:00:00", "14T11:20:00"),
      call("14T11:05:00", "14T11:06:00", { person: "p2" }),
    ]);
    expect(lines.map(({ bars }) => bars.length)).toEqual([2, 1]);
    expect(lines[0]?.bars.map(({ start }) => new Date(start).toISOString().slice(11, 16))).toEqual(["11:00", "11:30"]);
    expect({ rejoins, people }).toEqual({ rejoins: 1, people: 2 });
  });

  test("people with neither ref nor name are a line each", () => {
    const unknown = { person: null, user_name: null };
    const { lines, people } = timelineOf([call("14T11:00:00", "14T11:20:00", unknown), call("14T11:00:00", "14T11:20:00", { ...unknown, sip: true })]);
    expect(lines.map(({ name, sip }) => [name, sip])).toEqual([
      ["Unnamed participant", false],
      ["SIP caller", true],
    ]);
    expect(people).toBe(0);
  });

  test("without an end the bar is as long as the connected time, and says so", () => {
    const [line] = timelineOf([call("14T11:00:00", null, { connect_seconds: 120 })]).lines;
    expect(line?.bars[0]).toMatchObject({ note: "no end recorded", end: Date.parse("2026-10-14T11:02:00Z") });
    expect(timelineOf([call("14T11:00:00", null, { connect_seconds: null })]).lines[0]?.bars[0]?.note).toBe("no end recorded");
  });

  test("an end before the start is drawn at the start, counts nowhere, and says so", () => {
    const { lines, peak } = timelineOf([call("14T11:00:00", "14T10:00:00")]);
    expect(lines[0]?.bars[0]).toMatchObject({
      note: "ends before it starts",
      start: Date.parse("2026-10-14T11:00:00Z"),
      end: Date.parse("2026-10-14T11:00:00Z"),
    });
    expect(peak).toBeNull();
  });

  test("without a connect time a call is listed apart", () => {
    const { lines, unplaced } = timelineOf([call(null, "14T11:00:00")]);
    expect([lines.length, unplaced.length]).toEqual([0, 1]);
  });

  test("at a tie an end comes before a start", () => {
    const { peak } = timelineOf([call("14T11:00:00", "14T11:10:00"), call("14T11:10:00", "14T11:20:00", { person: "p2" })]);
    expect(peak?.count).toBe(1);
  });

  test("three hundred people, twenty hours, across midnight", () => {
    const calls = Array.from({ length: 300 }, (_, index) => call("14T10:00:00", "15T06:00:00", { person: `p${index}` }));
    const { lines, peak, start, end } = timelineOf(calls);
    expect(lines.length).toBe(300);
    expect(peak).toEqual({ count: 300, from: start, to: end });
    const ticks = ticksOf(start, end, 8, 5.5 * 3_600_000);
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.length).toBeLessThanOrEqual(8);
    for (const tick of ticks) expect((tick + 5.5 * 3_600_000) % 3_600_000).toBe(0);
  });

  test("nothing at all", () => {
    expect(timelineOf([])).toMatchObject({ lines: [], unplaced: [], peak: null });
  });
});
