import Big from "big.js";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rateCard } from "@/e2e/rate-card";
import { useDataDir } from "@/e2e/test-store";
import { metricsOf, metricsQuery, runMetrics } from "../metrics";
import { setLabel } from "../rooms";
import { everything } from "../scope";
import { writeSettings } from "../state";
import { warehouse } from "../warehouse";
import { addCard, changeCard, endCard, listCards } from "./cards";

let store: ReturnType<typeof useDataDir>;
interface Made {
  id: number;
  minutes: number | null;
  screen: number;
  role: string;
  room: string;
  day: number;
}

const calls: Made[] = fc
  .sample(
    fc.record({
      minutes: fc.option(fc.integer({ min: 0, max: 600 })),
      screen: fc.integer({ min: 0, max: 3_600 }),
      role: fc.constantFrom("moderator", "participant"),
      room: fc.constantFrom("r1", "r2", "r3"),
      day: fc.integer({ min: 1, max: 28 }),
    }),
    { numRuns: 3_000, seed: 7 },
  )
  .map((call, id) => ({ ...call, id }));

const ask = (params: Record<string, string> = {}) =>
  runMetrics(
    metricsOf(metricsQuery.parse({ measures: "cost,calls_without_rate", from: "2026-10-01", to: "2026-10-31", ...params }), {
      tz: "UTC",
      now: Date.now(),
      scope: everything,
    }),
  );

beforeAll(async () => {
  store = useDataDir();
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield calls.map((call) =>
        Buffer.from(
          JSON.stringify({
            cdr_id: String(call.id),
            trans_date: `2026-10-${String(call.day).padStart(2, "0")}T10:00:00.000Z`,
            room: { room_id: call.room },
            user: { role: call.role },
            usage: { connect_minutes_cal: call.minutes ?? undefined, screen_minutes: call.screen },
          }),
        ),
      );
    })(),
  );
});
afterAll(() => store.close());

test("without a card nothing has a cost, and that is said", async () => {
  expect((await ask()).totals).toEqual({ cost: null, calls_without_rate: calls.filter(({ minutes }) => minutes !== null).length });
});

test("the card with more conditions wins, then the later one; figures equal plain whole-number loops", async () => {
  await setLabel("r2", { label: null, tag: "Sales" }, "test");
  await addCard(rateCard({ name: "All", perMinute: "0.123457", perScreenMinute: "0.05" }), "test");
  await addCard(rateCard({ name: "From the 15th", perMinute: "0.2", validFrom: "2026-10-15" }), "test");
  await addCard(rateCard({ name: "Moderators", perMinute: "1.1", conditions: { role: ["moderator"] } }), "test");
  await addCard(rateCard({ name: "Sales moderators", perMinute: "0.000001", conditions: { role: ["moderator"], tag: ["Sales"] } }), "test");
  // In sixtieths of a millionth of a rupee.
  const costOf = ({ minutes, screen, role, room, day }: Made): bigint => {
    const [perMinute, perScreen] = role === "moderator" ? (room === "r2" ? [1n, 0n] : [1_100_000n, 0n]) : day >= 15 ? [200_000n, 0n] : [123_457n, 50_000n];
    return 60n * BigInt(minutes ?? 0) * perMinute + BigInt(screen) * perScreen;
  };
  const expected = (set: Made[]) => Number((set.reduce((sum, call) => sum + costOf(call), 0n) + 30n) / 60n) / 1e6;
  expect((await ask()).totals).toEqual({ cost: expected(calls), calls_without_rate: 0 });
  const byRoom = await ask({ by: "room", order: "-cost" });
  for (const row of byRoom.rows) expect(row.cost).toBe(expected(calls.filter(({ room }) => room === row.room)));
  expect(byRoom.rows.map(({ cost }) => Number(cost))).toEqual([...byRoom.rows.map(({ cost }) => Number(cost))].sort((a, b) => b - a));
  expect((await ask({ tag: "Sales" })).totals.cost).toBe(expected(calls.filter(({ room }) => room === "r2")));
});

test("a changed card is a new version; the old one is kept; an ended one counts no more", async () => {
  const before = (await ask()).totals.cost;
  const made = await addCard(
    rateCard({ name: "Everything", perMinute: "9", conditions: { role: ["moderator", "participant"], room: ["r1", "r2", "r3"], sip: false } }),
    "test",
  );
  expect((await ask()).totals.cost).not.toBe(before);
  const changed = await changeCard(
    made.id,
    rateCard({ name: "Everything", perMinute: "8", conditions: { role: ["moderator", "participant"], room: ["r1", "r2", "r3"], sip: false } }),
    "other",
  );
  expect(changed).toMatchObject({ id: made.id, version: 2, createdBy: "other" });
  const versions = (await listCards()).filter(({ id }) => id === made.id);
  expect(versions.map(({ version, perMinute, replacedAt }) => [version, perMinute, replacedAt === null])).toEqual([
    [2, "8", true],
    [1, "9", false],
  ]);
  await endCard(made.id);
  expect((await ask()).totals.cost).toBe(before);
  await expect(endCard(made.id)).rejects.toMatchObject({ code: "not_found" });
});

test("cards of another currency do not count", async () => {
  await writeSettings({ timeZone: "UTC", currency: "EUR", locale: "en-IN", viewersSeeNames: false });
  expect((await ask()).totals.cost).toBeNull();
  await writeSettings({ timeZone: "UTC", currency: "INR", locale: "en-IN", viewersSeeNames: false });
});

test("a year of minutes in one call at the dearest rate is right to the last unit, and stops no figure of others", async () => {
  const minutes = 366 * 1_440;
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield [Buffer.from(JSON.stringify({ cdr_id: "long", trans_date: "2026-11-05T10:00:00.000Z", usage: { connect_minutes_cal: minutes } }))];
    })(),
  );
  await addCard(rateCard({ name: "Dearest", perMinute: "999999.999999", validFrom: "2026-11-01" }), "test");
  const { totals } = await ask({ from: "2026-11-01", to: "2026-11-30" });
  expect((totals.cost as number).toFixed(2)).toBe(new Big("999999.999999").times(minutes).toFixed(2));
});
