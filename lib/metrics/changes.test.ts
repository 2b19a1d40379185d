import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed, type Json } from "@/e2e/cdr-api/records";
import { callsOf, figuresOf, type LoopCall, localDayHour } from "@/e2e/plain-loops";
import { useDataDir } from "@/e2e/test-store";
import { everything } from "../scope";
import { daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { changesQuery, explainChange } from "./changes";
import { contrast, contrastsQuery } from "./contrasts";

let store: ReturnType<typeof useDataDir>;
let calls: LoopCall[];
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const broken = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const rare = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.0.0 Safari/537.36 OPR/85.0";

beforeAll(async () => {
  store = useDataDir();
  const feed = new Feed({ ...defaultFeed, seed: "changes", callsPerDay: 300, dirt: 0.01 });
  const records: Json[] = daysBetween("2026-10-05", "2026-10-11").flatMap((day) => feed.loggedOn(day));
  // One browser is broken in the later days; another, rare one has five bad calls of five.
  for (const [index, record] of records.entries()) {
    if (typeof record.user !== "object" || record.user === null) continue;
    const late = String(record.trans_date) >= "2026-10-08";
    if (late && index % 9 === 0) {
      record.user = { ...(record.user as Json), agent: broken };
      record.stats_quality = { call_quality: index % 2 === 0 ? "Bad" : "Good" };
    }
    if (late && index % 400 === 1) {
      record.user = { ...(record.user as Json), agent: rare };
      record.stats_quality = { call_quality: "Bad" };
    }
  }
  const clean = records.map((record) => ({ ...record, "~day": undefined }));
  calls = callsOf(clean).calls;
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield clean.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
});
afterAll(() => store.close());

const period = { from: "2026-10-08", to: "2026-10-10" };
const within = (from: string, to: string) =>
  calls.filter((call) => {
    const { day } = localDayHour(call.loggedMs, "UTC");
    return day >= from && day <= to;
  });

describe("contributions", () => {
  test.each([
    ["billed_minutes", "room"],
    ["calls", "role"],
    ["bad_share", "role"],
    ["bad_share", "room"],
    ["people", "room"],
    ["conferences", "role"],
    ["peak_concurrent", "room"],
    ["video_share", "role"],
  ] as const)("of %s by %s sum to the change, and the change is that of plain loops", async (measure, by) => {
    const answer = await explainChange(changesQuery.parse({ measure, by, limit: "5", ...period }), defaults);
    const expected = (set: LoopCall[]) => (measure === "video_share" ? set.filter(({ tracks }) => tracks.video).length / set.length : figuresOf(set)[measure]);
    const [now, before] = [within(period.from, period.to), within("2026-10-05", "2026-10-07")];
    expect(answer.now).toBeCloseTo(expected(now) as number, 9);
    expect(answer.before).toBeCloseTo(expected(before) as number, 9);
    const sum = answer.rows.reduce((all, { contribution }) => all + contribution, answer.rest.contribution);
    expect(sum).toBeCloseTo(answer.change, 9);
    for (const row of answer.rows) {
      const of = (set: LoopCall[]) => set.filter((call) => call[by] === row.group);
      if (measure === "billed_minutes" || measure === "calls") expect(row.contribution).toBe(figuresOf(of(now))[measure] - figuresOf(of(before))[measure]);
      if (measure === "bad_share") {
        // Written out from the definition: what the share moved, at the mean weight; what the weight moved, from the mean share.
        const count = (set: LoopCall[]) => {
          const { bad_calls: bad, rated_calls: rated } = figuresOf(set);
          return { bad, rated };
        };
        const [g1, g0, a1, a0] = [count(of(now)), count(of(before)), count(now), count(before)];
        if (g1.rated === 0 || g0.rated === 0) continue;
        const [s1, s0, w1, w0] = [g1.bad / g1.rated, g0.bad / g0.rated, g1.rated / a1.rated, g0.rated / a0.rated];
        const mean = (a1.bad / a1.rated + a0.bad / a0.rated) / 2;
        expect(row.contribution).toBeCloseTo(((w1 + w0) / 2) * (s1 - s0) + (w1 - w0) * ((s1 + s0) / 2 - mean), 9);
      }
    }
  });

  test("a period without a single call explains itself", async () => {
    const answer = await explainChange(changesQuery.parse({ measure: "bad_share", by: "role", from: "2026-10-05", to: "2026-10-07" }), defaults);
    expect(answer.before).toBeNull();
    expect(answer.rows.reduce((all, { contribution }) => all + contribution, 0)).toBeCloseTo(answer.change, 9);
  });
});

describe("groups against the rest", () => {
  test("the broken browser comes first, with its figures; the rare one with five calls does not top the list", async () => {
    const answer = await contrast(contrastsQuery.parse(period), defaults);
    const [first] = answer.rows;
    expect(first?.group).toMatchObject({ browser: "Firefox" });
    expect(first?.significant).toBe(true);
    const rated = within(period.from, period.to).filter((call) => call.quality !== null);
    const agentOf = (call: LoopCall) => String((call.raw.user as Json | undefined)?.agent ?? "");
    const firefox = rated.filter((call) => /Firefox\//.test(agentOf(call)));
    const bad = (set: LoopCall[]) => set.filter(({ quality }) => quality === "Bad").length;
    const row = answer.rows.find(({ group }) => group.browser === "Firefox" && Object.keys(group).length === 1);
    expect(row).toMatchObject({ bad_calls: bad(firefox), rated_calls: firefox.length });
    const rest = rated.filter((call) => !firefox.includes(call));
    expect(row?.rest_share).toBeCloseTo(bad(rest) / rest.length, 12);
    expect(row?.excess).toBeCloseTo(bad(firefox) - firefox.length * (bad(rest) / rest.length), 9);
    const opera = answer.rows.findIndex(({ group }) => group.browser === "Opera" && Object.keys(group).length === 1);
    expect(opera).not.toBe(0);
  });

  test("groupings are checked", () => {
    for (const by of ["moon", "day", "browser,browser", "browser,os,device"]) expect(contrastsQuery.safeParse({ by }).success).toBe(false);
    expect(contrastsQuery.parse({ by: "browser,os;role" }).by).toEqual(["browser,os", "role"]);
  });
});
