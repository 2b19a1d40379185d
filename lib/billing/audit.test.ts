import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed, type Json } from "@/e2e/cdr-api/records";
import { rateCard } from "@/e2e/rate-card";
import { useDataDir } from "@/e2e/test-store";
import { addCard } from "../rates";
import { everything } from "../scope";
import { daysBetween } from "../time";
import { closeWarehouse, warehouse } from "../warehouse";
import { audit, auditQuery, decide } from "./audit";
import { ruleNames } from "./rules";

let store: ReturnType<typeof useDataDir>;
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const clean = new Feed({ ...defaultFeed, seed: "audit", callsPerDay: 400, dirt: 0, older: 0 });
const records = daysBetween("2026-10-05", "2026-10-08").flatMap((day) => clean.loggedOn(day));

async function load(batch: unknown[]): Promise<void> {
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield batch.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
}

const ask = (more: Record<string, string> = {}) => audit(auditQuery.parse({ from: "2026-10-01", to: "2026-10-10", limit: "1000", ...more }), defaults);
const part = (record: Json, name: string) => record[name] as Json;

beforeAll(() => {
  store = useDataDir();
});
afterAll(() => store.close());

describe("the audit", () => {
  test("finds nothing but rounding on a clean feed", async () => {
    await load(records);
    const { summary } = await ask();
    expect(summary.filter(({ rule, findings }) => rule !== "rounding" && findings > 0)).toEqual([]);
    // Independently: of each person's calls in a conference, whole minutes of each against whole minutes of the sum.
    const joins = new Map<string, number[]>();
    for (const record of records) {
      const user = part(record, "user");
      const person = (user.ref || user.name) as string;
      if (!person) continue;
      const key = `${record.conf_num}|${person}`;
      joins.set(key, [...(joins.get(key) ?? []), part(record, "usage").connect_minutes as number]);
    }
    const lost = [...joins.values()].map((seconds) => {
      const whole = seconds.reduce((sum, one) => sum + Math.ceil(one / 60), 0);
      return whole - Math.ceil(seconds.reduce((sum, one) => sum + one, 0) / 60);
    });
    const expected = lost.filter((minutes) => minutes > 0);
    expect(expected.length).toBeGreaterThan(3);
    const rounding = summary.find(({ rule }) => rule === "rounding");
    expect(rounding).toMatchObject({ findings: expected.length, minutes: expected.reduce((sum, minutes) => sum + minutes, 0), amount: null });
  });

  test("finds exactly what was planted, with minutes and money at stake", async () => {
    await closeWarehouse();
    await store.close();
    store = useDataDir();
    await addCard(rateCard(), "test");
    // Calls of people who joined their conference once, so that what is planted in one touches no other rule.
    const joins = new Map<string, number>();
    const joinOf = (record: Json) => `${record.conf_num}|${(part(record, "user").ref || part(record, "user").name) as string}`;
    for (const record of records) joins.set(joinOf(record), (joins.get(joinOf(record)) ?? 0) + 1);
    const once = records.filter((record) => joins.get(joinOf(record)) === 1 && (part(record, "usage").connect_minutes as number) > 300);
    const all = structuredClone(records);
    const at = (index: number) => all[records.indexOf(once[index * 3] as Json)] as Json;
    const usage = (index: number) => part(at(index), "usage");
    const planted: Record<string, string[]> = Object.fromEntries(ruleNames.map((name) => [name, []]));
    const plant = (rule: string, record: Json) => planted[rule]?.push(record.cdr_id as string);

    usage(0).connect_minutes_cal = (usage(0).connect_minutes_cal as number) + 3;
    plant("over", at(0));
    usage(1).connect_minutes_cal = (usage(1).connect_minutes_cal as number) - 2;
    plant("under", at(1));
    usage(2).connect_minutes = 0;
    plant("zero", at(2));
    part(at(3), "room").duration = (part(at(3), "room").duration as number) + 90;
    plant("duration", at(3));
    part(at(4), "room").disconnect_dt = null;
    plant("endless", at(4));
    delete usage(5).connect_minutes_cal;
    plant("unbilled", at(5));
    const twin = { ...structuredClone(at(6)), cdr_id: "twin-of-six" };
    all.push(twin);
    plant("twin", twin.cdr_id === "twin-of-six" ? (all.indexOf(at(6)) < all.indexOf(twin) ? twin : at(6)) : twin);
    const again = structuredClone(at(7));
    const shifted = (iso: unknown, ms: number) => new Date(Date.parse(String(iso)) + ms).toISOString();
    const doubled: Json = {
      ...again,
      cdr_id: "second-line",
      call_num: "another-connection",
      room: {
        ...part(again, "room"),
        connect_dt: shifted(part(again, "room").connect_dt, 60_000),
        disconnect_dt: shifted(part(again, "room").disconnect_dt, 60_000),
      },
    };
    all.push(doubled);
    plant("overlap", doubled);
    const long = at(8);
    part(long, "room").connect_dt = shifted(part(long, "room").disconnect_dt, -13 * 3_600_000);
    part(long, "room").duration = 13 * 3600;
    part(long, "usage").connect_minutes = 13 * 3600;
    part(long, "usage").connect_minutes_cal = 13 * 60;
    plant("endless", long);
    await load(all);
    const changed = structuredClone(at(9));
    part(changed, "usage").connect_minutes = (part(changed, "usage").connect_minutes as number) + 60;
    part(changed, "usage").connect_minutes_cal = (part(changed, "usage").connect_minutes_cal as number) + 1;
    part(changed, "room").duration = part(changed, "usage").connect_minutes;
    part(changed, "room").disconnect_dt = shifted(part(changed, "room").connect_dt, (part(changed, "usage").connect_minutes as number) * 1000);
    await load([changed, at(0)]);
    plant("changed", changed);

    const { rows, summary } = await ask();
    for (const name of ruleNames) {
      if (name === "rounding") continue;
      expect(
        rows
          .filter(({ rule }) => rule === name)
          .map(({ callId }) => callId)
          .sort(),
        name,
      ).toEqual(planted[name]?.sort());
    }
    const of = (rule: string) => rows.find((row) => row.rule === rule);
    expect(of("over")).toMatchObject({ minutes: 3, amount: "1.2" });
    expect(of("under")).toMatchObject({ minutes: -2, amount: "-0.8" });
    expect(of("changed")?.evidence).toMatch(/billed_minutes/);
    expect(summary.find(({ rule }) => rule === "over")).toMatchObject({ findings: 1, minutes: 3, amount: "1.2" });
  });

  test("findings are accepted or disputed, and listed by that", async () => {
    const over = (await ask({ rule: "over" })).rows[0];
    await decide(over?.key as string, { state: "disputed", note: "Ticket 17" }, "Asha");
    expect((await ask({ state: "disputed" })).rows).toMatchObject([{ key: over?.key, state: "disputed", note: "Ticket 17", decidedBy: "Asha" }]);
    expect((await ask({ rule: "over", state: "open" })).rows).toEqual([]);
    expect((await ask()).summary.find(({ rule }) => rule === "over")).toMatchObject({ disputed: 1, accepted: 0 });
    // A decision about another period's call counts nowhere here.
    const elsewhere = await audit(auditQuery.parse({ from: "2026-09-01", to: "2026-09-02" }), defaults);
    expect(elsewhere.summary.find(({ rule }) => rule === "over")).toMatchObject({ findings: 0, disputed: 0 });
    await decide(over?.key as string, { state: "open", note: "" }, "Asha");
    expect((await ask({ state: "disputed" })).rows).toEqual([]);
    await expect(decide("nonsense:1", { state: "accepted", note: "" }, "Asha")).rejects.toMatchObject({ code: "not_found" });
  });
});
