import { count } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { openState, signInFailures, state } from "../state";
import { limitRate, rememberPlace, type Tried, throttled } from "./throttle";

let store: ReturnType<typeof useDataDir>;
beforeAll(async () => {
  store = useDataDir();
  await openState();
});
afterAll(() => store.close());
afterEach(() => void vi.useRealTimers());

const attempt = async (subject: string, address: string, tried: Tried, of: Parameters<typeof throttled>[3] = {}): Promise<Tried | number> => {
  try {
    return (await throttled(subject, address, async () => ({ tried }), of)).tried;
  } catch (error) {
    expect(error).toMatchObject({ code: "throttled" });
    return (error as { retryAfterSeconds: number }).retryAfterSeconds;
  }
};

/** Only the clock stands still; timers of the stores run. */
const at = (ms: number) => vi.useFakeTimers({ now: ms, toFake: ["Date"] });
const begin = Date.parse("2026-11-30T10:00:00Z");

test("after five wrong tries each further one has to wait, longer and longer up to a minute, and is never shut out", async () => {
  at(begin);
  for (let tries = 0; tries < 5; tries++) expect(await attempt("a", "192.0.2.1", "wrong")).toBe("wrong");
  const waits: number[] = [];
  let now = begin;
  for (let tries = 0; tries < 10; tries++) {
    const wait = (await attempt("a", "192.0.2.1", "wrong")) as number;
    waits.push(wait);
    // Trying again meanwhile changes nothing.
    expect(await attempt("a", "192.0.2.1", "right")).toBe(wait);
    now += wait * 1000;
    at(now);
    expect(await attempt("a", "192.0.2.1", tries < 9 ? "wrong" : "right")).toBe(tries < 9 ? "wrong" : "right");
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  // Who was right begins anew.
  for (let tries = 0; tries < 5; tries++) expect(await attempt("a", "192.0.2.1", "wrong")).toBe("wrong");
});

test("a quarter of an hour without tries forgets them", async () => {
  at(begin);
  for (let tries = 0; tries < 5; tries++) await attempt("b", "192.0.2.2", "wrong");
  expect(await attempt("b", "192.0.2.2", "wrong")).toBe(2);
  at(begin + 15 * 60_000 + 1_000);
  for (let tries = 0; tries < 5; tries++) expect(await attempt("b", "192.0.2.2", "wrong")).toBe("wrong");
});

test("neither strangers elsewhere nor strangers at one's own address slow a person down who was there before", async () => {
  at(begin);
  await rememberPlace("c", "192.0.2.3");
  for (let tries = 0; tries < 200; tries++) await attempt("c", `198.51.100.${tries}`, "wrong");
  for (let tries = 0; tries < 200; tries++) await attempt(`made-up-${tries}`, "192.0.2.3", "wrong", { isNobody: true });
  expect(await attempt("c", "192.0.2.3", "right")).toBe("right");
  // Elsewhere it takes some seconds, and no more.
  const wait = (await attempt("c", "192.0.2.4", "right")) as number;
  expect(wait).toBeLessThanOrEqual(5);
  at(begin + wait * 1000);
  expect(await attempt("c", "192.0.2.4", "right")).toBe("right");
});

test("made-up names from an address slow down nobody behind it who is somebody, wherever they were before", async () => {
  at(begin);
  for (let tries = 0; tries < 200; tries++) await attempt(`made-up-${tries}`, "192.0.2.11", "wrong", { isNobody: true });
  expect(typeof (await attempt("another made-up name", "192.0.2.11", "wrong", { isNobody: true }))).toBe("number");
  expect(await attempt("somebody", "192.0.2.11", "right")).toBe("right");
});

test("a place is forgotten after a month", async () => {
  at(begin);
  await rememberPlace("d", "192.0.2.5");
  at(begin + 31 * 24 * 60 * 60_000);
  await attempt("e", "192.0.2.6", "wrong");
  at(begin + 31 * 24 * 60 * 60_000 + 60_000);
  for (let tries = 0; tries < 40; tries++) await attempt("d", `198.51.100.${tries}`, "wrong");
  expect(typeof (await attempt("d", "192.0.2.5", "right"))).toBe("number");
});

test("guesses at a link from one address do not slow its other readers", async () => {
  at(begin);
  for (let tries = 0; tries < 100; tries++) await attempt("share:1", "192.0.2.7", "wrong", { anywhere: false });
  for (let reader = 0; reader < 100; reader++) await attempt("share:1", `203.0.113.${reader}`, "wrong", { anywhere: false });
  expect(await attempt("share:1", "192.0.2.8", "right", { anywhere: false })).toBe("right");
});

test("made-up names of one address are written down only until it is slowed", async () => {
  at(begin);
  const db = await state();
  await db.delete(signInFailures);
  for (let tries = 0; tries < 500; tries++) await attempt(`name-${tries}`, "192.0.2.9", "wrong", { isNobody: true });
  const [row] = await db.select({ rows: count() }).from(signInFailures);
  expect(row?.rows).toBeLessThan(70);
});

test("many tries at once count as many", async () => {
  at(begin);
  const all = await Promise.all(Array.from({ length: 20 }, () => attempt("f", "192.0.2.10", "wrong")));
  expect(all.filter((one) => one === "wrong").length).toBe(5);
});

test("a rate refills evenly, and callers beyond those remembered are forgotten", () => {
  at(begin);
  for (let call = 0; call < 10; call++) limitRate("test", "caller", 10);
  expect(() => limitRate("test", "caller", 10)).toThrow(/6 seconds/);
  at(begin + 6_000);
  limitRate("test", "caller", 10);
  for (let caller = 0; caller < 20_000; caller++) limitRate("test", `caller-${caller}`, 10);
  expect((globalThis as unknown as Record<symbol, Map<string, unknown>>)[Symbol.for("meetledger.rate-test")]?.size).toBe(10_000);
});
