import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wholeValues } from "@/components/filters/view";
import { Random } from "@/e2e/cdr-api/random";
import { defaultFeed, Feed, type Json, olderForm, soil } from "@/e2e/cdr-api/records";
import { callsOf, figuresOf, type LoopCall, type LoopFigures, localDayHour } from "@/e2e/plain-loops";
import { useDataDir } from "@/e2e/test-store";
import { everything } from "../scope";
import { addDays, bucketsOf, daysBetween, mondayOf } from "../time";
import { closeWarehouse, warehouse } from "../warehouse";
import { filterNames } from "./dimensions";
import { metricsOf, metricsQuery } from "./filters";
import { runMetrics } from "./run";

const names = Object.keys(figuresOf([])) as (keyof LoopFigures)[];
let store: ReturnType<typeof useDataDir>;

beforeAll(() => {
  store = useDataDir();
});
afterAll(() => store.close());

/** A dirty feed around a clock change of New York (1 Nov 2026) and Sunday midnights. */
function feedOf(seed: number): unknown[] {
  const feed = new Feed({ ...defaultFeed, seed: `property-${seed}`, callsPerDay: 130, dirt: 0.02 });
  const random = new Random(`dirt-${seed}`);
  const clean = daysBetween("2026-10-29", "2026-11-04").flatMap((day) => feed.loggedOn(day));
  const dirty = soil(random, clean, 0.01, "2026-10-30").map((record) => (random.chance(0.1) ? olderForm(record) : record));
  const odd: unknown[] = [
    5,
    null,
    "text",
    [],
    { trans_date: "2026-10-30T10:00:00.000Z" },
    { ...dirty[0], user: "someone", room: 7, usage: [] },
    { ...dirty[1], trans_date: "2026-02-30T10:00:00.000Z" },
  ];
  const more: Json[] = [
    { ...dirty[2], cdr_id: "same-1", usage: { ...(dirty[2]?.usage as Json), connect_minutes_cal: "17" } },
    { ...dirty[3], cdr_id: "same-1", usage: { ...(dirty[3]?.usage as Json), connect_minutes_cal: 19 } },
    { ...dirty[4], cdr_id: "late-zone", trans_date: "2026-11-01T06:30:00.000Z" },
    {
      ...dirty[5],
      cdr_id: "before-change",
      trans_date: "2026-11-01T05:59:59.999Z",
      room: { ...(dirty[5]?.room as Json), connect_dt: "2026-11-01T03:59:59.000Z" },
    },
    { ...dirty[6], cdr_id: 4711, user: { name: 'Braces {"x"} [y]', ref: "" } },
    { ...dirty[7], cdr_id: "exponent", usage: { connect_minutes: 1e3, connect_minutes_cal: 17, screen_minutes: "12.5" } },
    { ...dirty[8], cdr_id: "ends-first", room: { room_id: "r", connect_dt: "2026-11-01T10:00:00.000Z", disconnect_dt: "2026-11-01T09:00:00.000Z" } },
    { ...dirty[9], cdr_id: "date-with-offset", trans_date: "2026-11-01T10:00:00+05:30" },
  ];
  return [...dirty, ...odd, ...more].map((record) => (record && typeof record === "object" && "~day" in record ? { ...record, "~day": undefined } : record));
}

async function load(records: unknown[], account: string): Promise<void> {
  const texts = records.map((record) => Buffer.from(JSON.stringify(record)));
  const open = await warehouse();
  await open.load(
    account,
    (async function* () {
      for (let from = 0; from < texts.length; from += 97) yield texts.slice(from, from + 97);
    })(),
  );
}

function ask(params: Record<string, string | string[]>) {
  return runMetrics(
    metricsOf(metricsQuery.parse({ measures: names.join(","), ...params }), { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything }),
  );
}

function expectSame(actual: Record<string, unknown>, expected: LoopFigures, what: string): void {
  for (const name of names) {
    const [found, wanted] = [actual[name], expected[name]];
    if (wanted === null) expect(found, `${what}: ${name}`).toBeNull();
    else expect(found, `${what}: ${name}`).toBeCloseTo(wanted, 6);
  }
}

describe("figures on dirty feeds equal plain loops", () => {
  test("for the whole, each day, week, role, room and conference, in three zones and both bases", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        await closeWarehouse();
        await store.close();
        store = useDataDir();
        const records = feedOf(seed);
        await load(records, "imported");
        const { calls } = callsOf(records);
        for (const tz of ["UTC", "Asia/Kolkata", "America/New_York"]) {
          for (const basis of ["logged", "connected"] as const) {
            const at = (call: LoopCall) => (basis === "logged" ? call.loggedMs : call.connectMs);
            const dayOf = (call: LoopCall) => (at(call) === null ? null : localDayHour(at(call) as number, tz).day);
            const [from, to] = ["2026-10-30", "2026-11-03"];
            const within = calls.filter((call) => {
              const day = dayOf(call);
              return day !== null && day >= from && day <= to;
            });
            const common = { from, to, tz, basis };
            const answer = await ask({ ...common, by: "day" });
            expectSame(answer.totals, figuresOf(within), `${tz} ${basis}`);
            for (const day of daysBetween(from, to)) {
              const ofDay = within.filter((call) => dayOf(call) === day);
              expectSame(
                answer.rows.find((row) => row.day === day) ?? (await ask({ ...common, from: day, to: day })).totals,
                figuresOf(ofDay),
                `${tz} ${basis} ${day}`,
              );
            }
            const weeks = await ask({ ...common, by: "week" });
            for (const row of weeks.rows) expectSame(row, figuresOf(within.filter((call) => mondayOf(dayOf(call) as string) === row.week)), `week ${row.week}`);
            const roles = await ask({ ...common, by: "role" });
            expect(roles.rows.length).toBe(new Set(within.map((call) => call.role)).size);
            for (const row of roles.rows) expectSame(row, figuresOf(within.filter((call) => call.role === row.role)), `role ${row.role}`);
            const hours = await ask({ ...common, by: "hour", measures: "calls,billed_minutes" });
            expect(hours.rows.reduce((sum, row) => sum + Number(row.billed_minutes), 0)).toBe(answer.totals.billed_minutes);
            for (const name of ["room", "conference"] as const) {
              const some = within.find((call) => call[name] !== null)?.[name] as string;
              const filtered = await ask({ ...common, [name]: some });
              expectSame(filtered.totals, figuresOf(within.filter((call) => call[name] === some)), `${name} ${some}`);
            }
            const unplaced = calls.filter((call) => {
              const day = localDayHour(call.loggedMs, tz).day;
              return call.connectMs === null && day >= from && day <= to;
            }).length;
            expect(answer.meta.unplaced).toBe(unplaced);
          }
        }
        const compared = await ask({ from: "2026-11-01", to: "2026-11-02", compare: "previous" });
        const before = calls.filter((call) => ["2026-10-30", "2026-10-31"].includes(localDayHour(call.loggedMs, "UTC").day));
        expectSame(compared.previous?.totals ?? {}, figuresOf(before), "previous period");
      }),
      { numRuns: 4 },
    );
  });
});

describe("filters", () => {
  const call = (id: string, more: Json): Json => ({ cdr_id: id, trans_date: "2026-10-10T10:00:00.000Z", usage: { connect_minutes_cal: 1 }, ...more });

  beforeAll(async () => {
    await closeWarehouse();
    await store.close();
    store = useDataDir();
    await load(
      [
        call("1", {
          user: { name: "Rao, Asha", ref: "", role: "moderator" },
          stats_quality: { call_quality: "Good" },
          sip: true,
          published_track: { audio: "true", video: true },
        }),
        call("2", { user: { name: "Dev", ref: "emp-7", role: "" }, stats_quality: { call_quality: "" }, published_track: { audio: "false" } }),
        call("3", { user: { role: "participant" }, stats_quality: { call_quality: "Bad" }, published_track: { audio: true } }),
      ],
      "imported",
    );
  });

  const counted = async (params: Record<string, string | string[]>) =>
    (await ask({ measures: "calls", from: "2026-10-10", to: "2026-10-10", ...params })).totals.calls;

  test.each([
    ["a name with a comma is one value", { person: "Rao, Asha" }, 1],
    ["user finds part of a name, whatever its case", { user: "asha" }, 1],
    ["user finds part of a ref", { user: "EMP" }, 1],
    ["several values mean any of them", { role: ["moderator", "participant"] }, 2],
    ["values can be joined by commas", { role: "moderator,participant" }, 2],
    ["an empty value means none", { role: "" }, 1],
    ["unrated calls have a name", { quality: "Unrated" }, 1],
    ["sip is a flag", { sip: "true" }, 1],
    ["both flags mean all", { sip: "true,false" }, 3],
    ["a plus in an address arrives as a space", { track_combination: "audio video" }, 1],
    ["several filters must all hold", { role: "moderator", quality: "Bad" }, 0],
  ])("%s", async (_, params, expected) => {
    expect(await counted(params as Record<string, string>)).toBe(expected);
  });

  test("unrated calls are shown as such, never as Good", async () => {
    const answer = await ask({ measures: "calls", by: "quality", from: "2026-10-10", to: "2026-10-10" });
    expect(answer.rows).toEqual(
      expect.arrayContaining([
        { quality: "Unrated", calls: 1 },
        { quality: "Good", calls: 1 },
        { quality: "Bad", calls: 1 },
      ]),
    );
  });

  test.each([
    [{ quality: "bad" }, 1],
    [{ quality: "GOOD" }, 1],
    [{ sip: "TRUE" }, 1],
    [{ track_combination: "Video Audio" }, 1],
  ])("letters of a rating, flag or track may be large or small: %o", async (params, expected) => {
    expect(await counted(params as Record<string, string>)).toBe(expected);
  });

  test.each([{ quality: "poor" }, { sip: "maybe" }, { track_combination: "smell" }, { compare: "last" }, { compare: "2026-10-10..2026-10-09" }])(
    "what is no value is refused, and never a silent zero: %o",
    async (params) => {
      const [name] = Object.keys(params);
      expect(metricsQuery.safeParse({ measures: "calls", ...params }).error?.issues[0]?.path[0]).toBe(name);
    },
  );

  test("a value from outside is bound, never run", async () => {
    expect(await counted({ room: "x') OR 1=1 --" })).toBe(0);
  });

  test("figures without any loaded day are not complete", async () => {
    const answer = await ask({ measures: "calls", from: "2026-10-10", to: "2026-10-11" });
    expect(answer.meta).toMatchObject({ complete: false, missingDays: ["2026-10-10", addDays("2026-10-10", 1)] });
  });
});

describe("rows lead to their calls", () => {
  const odd = [
    "plain",
    " blank before",
    "blank after ",
    "with, comma",
    "a,b",
    " , ",
    "ends in comma,",
    "quote's",
    "per%cent",
    "under_score",
    "múltî-byte 字",
    "x".repeat(2_500),
    `${"x".repeat(2_500)}y`,
  ];
  const records = odd.map(
    (text, index): Json => ({
      cdr_id: `row-${index}`,
      trans_date: "2026-10-10T10:00:00.000Z",
      conf_num: text,
      app_id: text,
      room: { room_id: text },
      user: { name: `N${index}`, ref: text, role: text, agent: text },
      sigserver: { ip: text },
      usage: { connect_minutes_cal: 1 },
    }),
  );

  beforeAll(async () => {
    await closeWarehouse();
    await store.close();
    store = useDataDir();
    // Some without anything, which are a group of their own, and a list of before that is no value.
    await load(
      [
        ...records,
        { cdr_id: "none", trans_date: "2026-10-10T11:00:00.000Z" },
        { cdr_id: "a", trans_date: "2026-10-10T11:00:00.000Z", room: { room_id: "one" } },
      ],
      "imported",
    );
  });

  const day = { from: "2026-10-10", to: "2026-10-10", measures: "calls" };

  test.each(filterNames)("of %s", async (name) => {
    const { rows } = await ask({ ...day, by: name });
    expect(rows.reduce((sum, row) => sum + Number(row.calls), 0)).toBe(records.length + 2);
    for (const row of rows) {
      const value = row[name] === null ? "" : String(row[name]);
      // As a page's link says it: what stands alone, and might be read otherwise, is said twice.
      const { totals } = await ask({ ...day, [name]: wholeValues([value]) });
      expect({ value, calls: totals.calls }).toEqual({ value, calls: row.calls });
    }
  });

  test("texts that differ after the 2,000th character stay different", async () => {
    for (const name of ["room", "person", "conference"])
      expect((await ask({ ...day, by: name })).meta.groups, name).toBe(odd.length + (name === "room" ? 2 : 1));
  });

  test("an address of before, with commas, means what it meant: any of them, unless there is such a value", async () => {
    expect((await ask({ ...day, room: "plain,one" })).totals.calls).toBe(2);
    expect((await ask({ ...day, room: " plain , one " })).totals.calls).toBe(2);
    expect((await ask({ ...day, room: "a,b" })).totals.calls).toBe(1);
    expect((await ask({ ...day, room: ["plain,one", "plain,one"] })).totals.calls).toBe(0);
  });
});

describe("a day of 25 hours", () => {
  test("has 25 rows, each with the calls of its own hour; their names are those of the page's chart", async () => {
    await closeWarehouse();
    await store.close();
    store = useDataDir();
    // One call each UTC half hour, from an hour before the day to an hour after it.
    const start = Date.parse("2026-10-24T21:00:00Z");
    const records = Array.from({ length: 2 * 27 }, (_, index) => ({ cdr_id: `h${index}`, trans_date: new Date(start + index * 1_800_000).toISOString() }));
    await load(records, "imported");
    const day = { from: "2026-10-25", to: "2026-10-25", tz: "Europe/Berlin" };
    const { rows, totals } = await ask({ ...day, measures: "calls", by: "hour" });
    expect(totals.calls).toBe(50);
    expect(rows.map((row) => row.calls)).toEqual(new Array(25).fill(2));
    expect(rows.map((row) => row.hour)).toEqual(bucketsOf(day, "hour"));
    expect(rows.slice(1, 5).map((row) => row.hour)).toEqual(["2026-10-25T01:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00"]);
  });

  test.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Australia/Lord_Howe", "2026-04-05", 25],
    ["America/Havana", "2026-11-01", 25],
    ["Asia/Kolkata", "2026-10-25", 24],
  ])("in %s %s has %s hours", (tz, day, hours) => {
    expect(bucketsOf({ from: day, to: day, tz }, "hour").length).toBe(hours);
  });
});
