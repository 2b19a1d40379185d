import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { findRooms, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { everything } from "../scope";
import { closeWarehouse, warehouse } from "../warehouse";
import { importLabels, listTags, mirrorLabels, roomOf, setLabel } from "./labels";

let store: ReturnType<typeof useDataDir>;
const record = (id: string, room: string | null, minutes: number) =>
  Buffer.from(
    JSON.stringify({
      cdr_id: id,
      trans_date: "2026-10-10T10:00:00.000Z",
      room: room === null ? {} : { room_id: room, room_details: { name: `Feed ${room}` } },
      usage: { connect_minutes_cal: minutes },
    }),
  );

beforeAll(async () => {
  store = useDataDir();
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield [record("1", "r1", 5), record("2", "r2", 7), record("3", "r2", 1), record("4", null, 3)];
    })(),
  );
});
afterAll(() => store.close());

const ask = (params: Record<string, string | string[]>) =>
  runMetrics(
    metricsOf(metricsQuery.parse({ measures: "calls,billed_minutes", from: "2026-10-10", to: "2026-10-10", ...params }), {
      tz: "UTC",
      now: Date.now(),
      scope: everything,
    }),
  );

describe("room labels and tags", () => {
  test("a label takes the place of the feed's name, is searched for, and goes again", async () => {
    expect(await roomOf("r1", everything)).toMatchObject({ feedName: "Feed r1", label: null, tag: null, calls: 1 });
    await setLabel("r1", { label: "Boardroom", tag: "Finance, UK" }, "Asha");
    expect((await findRooms("boardr", 5, everything))[0]).toMatchObject({ id: "r1", name: "Boardroom" });
    expect((await ask({ by: "room" })).meta.names).toEqual({ r1: "Boardroom", r2: "Feed r2" });
    await expect(setLabel("nope", { label: "x", tag: null }, "Asha")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a tag is a dimension and a filter, also for calls without one; nothing is lost from the sum", async () => {
    const answer = await ask({ by: "tag" });
    expect(answer.rows).toEqual([
      { tag: null, calls: 3, billed_minutes: 11 },
      { tag: "Finance, UK", calls: 1, billed_minutes: 5 },
    ]);
    expect(answer.totals).toEqual({ calls: 4, billed_minutes: 16 });
    expect((await ask({ tag: "Finance, UK" })).totals.calls).toBe(1);
    expect((await ask({ tag: "" })).totals.calls).toBe(3);
  });

  test("a file changes what it names and leaves the rest; an empty cell takes away", async () => {
    const outcome = await importLabels(Buffer.from('\uFEFFtag,Room_ID\r\n"Sales ""North""",r2\n,r1\nOps,later\n'), "Asha");
    expect(outcome).toEqual({ changed: 3, unknown: ["later"] });
    expect(await roomOf("r1", everything)).toMatchObject({ label: "Boardroom", tag: null });
    expect(await roomOf("r2", everything)).toMatchObject({ label: null, tag: 'Sales "North"' });
    expect(await listTags(everything)).toEqual(["Ops", 'Sales "North"']);
  });

  test.each([
    ["room,tag\nr1,x", /room_id/],
    ["room_id\nr1", /label or tag/],
    ["room_id,tag\n,x", /row 2: room_id is empty/],
    ["room_id,tag", /no rows/],
    ['room_id,tag\nr1,"x', /neither CSV nor Excel/],
    ["room_id,tag\nr2,\nr1,x,y", /row 3: has more cells/],
    ["room_id,tag\nr1,a\0b", /row 2: tag holds control characters/],
    ["room_id,tag\nr\0,b", /row 2: room_id holds a character/],
    [`room_id,label\nr1,${"a".repeat(201)}`, /row 2: label is longer/],
    ["\n\n\n\n", /no rows/],
    ["", /empty/],
  ])("a file that is wrong changes nothing: %j", async (text, message) => {
    await expect(importLabels(Buffer.from(text), "Asha")).rejects.toMatchObject({ code: "bad_input", errors: { file: [expect.stringMatching(message)] } });
    expect(await listTags(everything)).toEqual(["Ops", 'Sales "North"']);
  });

  const tabs = "room_id\tlabel\r\nr1\tLager, Süd\r\n";
  test.each([
    ["semicolons", Buffer.from("room_id;label\nr1;Lager, Süd\n")],
    ["tabs", Buffer.from(tabs)],
    ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(tabs, "utf16le")])],
    ["UTF-16, big-endian", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(tabs, "utf16le").swap16()])],
    ["a line that names the separator", Buffer.from("sep=;\r\nroom_id;label\r\nr1;Lager, Süd\r\n")],
    ["empty cells at the end", Buffer.from('room_id,label\nr1,"Lager, Süd",,\n')],
  ])("a file with %s is read", async (_, file) => {
    await setLabel("r1", { label: null, tag: null }, "Asha");
    expect(await importLabels(file, "Asha")).toEqual({ changed: 1, unknown: [] });
    expect((await roomOf("r1", everything)).label).toBe("Lager, Süd");
  });

  test("the apostrophe that our own files put before a text is none of it", async () => {
    await importLabels(Buffer.from("room_id,label,tag\nr1,'-1st floor,'tis\n"), "Asha");
    expect(await roomOf("r1", everything)).toMatchObject({ label: "-1st floor", tag: "'tis" });
    await setLabel("r1", { label: null, tag: null }, "Asha");
  });

  test("labels are in the state store: a new warehouse gets them back", async () => {
    await closeWarehouse();
    await warehouse();
    await mirrorLabels();
    expect((await roomOf("r2", everything)).tag).toBe('Sales "North"');
  });
});
