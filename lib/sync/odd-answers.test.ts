import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isRecord, type OddKind, oddKinds } from "@/e2e/cdr-api/odd";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { startIn } from "@/e2e/start-in";
import type { Loaded } from "@/e2e/started";
import { useDataDir } from "@/e2e/test-store";
import { addAccount, findAccount } from "../accounts";
import { retryLimits } from "../cdr";
import { coverageByDay, listRejected, metricsOf, metricsQuery, rawRecordOf, runMetrics } from "../metrics";
import { everything } from "../scope";
import { daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { findJob, idle, startJob } from "./jobs";

const [first, odd, last] = ["2026-10-05", "2026-10-06", "2026-10-07"];
const goodADay = 4;
let api: CdrApi;
let store: ReturnType<typeof useDataDir>;

const records = daysBetween(first, last).flatMap((day) =>
  Array.from({ length: goodADay }, (_, index) => ({
    cdr_id: `${day}-${index}`,
    trans_date: `${day}T10:00:00.000Z`,
    conf_num: "c",
    user: { name: "Asha" },
    usage: { connect_minutes_cal: 1 },
  })),
);

beforeAll(async () => {
  retryLimits.pauseMs = 1;
  const feed = { seed: "odd", callsPerDay: 1, dirt: 0, older: 0, badWeek: null };
  api = await startCdrApi({ ...feed, port: 0, appId: "app", appKey: "key", firstDay: first, lastDay: last, toInclusive: false, records });
});
afterAll(() => api.close());
beforeEach(async () => {
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1", CREDENTIALS_KEY: "a credentials key for tests" });
  await addAccount({ name: "Main", baseUrl: api.url, appId: "app", appKey: "key" });
  return () => store.close();
});

/** What becomes of each: the odd record is loaded or rejected, or the answer is read as it is meant, or its day fails. In a sentence, where something is amiss. */
const outcomes: Record<OddKind, { is: "loaded" | "read" } | { is: "rejected" | "failed"; says: RegExp }> = {
  NaN: { is: "rejected", says: /not JSON/ },
  Infinity: { is: "rejected", says: /not JSON/ },
  "U+0000 in a text": { is: "loaded" },
  "a bare U+0000": { is: "rejected", says: /not JSON|control/ },
  "a lone surrogate": { is: "loaded" },
  "bytes that are no UTF-8": { is: "loaded" },
  "a byte order mark": { is: "read" },
  "UTF-16": { is: "failed", says: /UTF-16/ },
  "gzip without its header": { is: "read" },
  "duplicate keys": { is: "loaded" },
  "a number of 400 digits": { is: "loaded" },
  "nesting of 100,000": { is: "rejected", says: /nested/ },
  "a record of 200 MB": { is: "rejected", says: /MB/ },
  "a comma too many": { is: "rejected", says: /not JSON/ },
  "garbage after its end": { is: "failed", says: /it goes on after its end, with "<html>"/ },
  NDJSON: { is: "failed", says: /it goes on after its end|not an answer/ },
};

test.each(oddKinds)("an answer with %s ends its load, is told, and costs no other day", async (kind) => {
  const outcome = outcomes[kind];
  api.order({ kind: "odd", odd: kind, day: odd });
  const id = await startJob({ from: first, to: last, mode: "all", requestedBy: "test" });
  await idle();
  const job = await findJob(id);
  const { id: account } = await findAccount(undefined);
  const coverage = await coverageByDay([account], first, last);
  const figures = await runMetrics(
    metricsOf(metricsQuery.parse({ from: first, to: last, measures: "calls,billed_minutes", by: "day" }), { tz: "UTC", now: Date.now(), scope: everything }),
  );
  const { rows: rejected } = await listRejected(undefined, 10, 0, everything);
  const failed = outcome.is === "failed";
  const onTheDay = failed ? 0 : goodADay + (outcome.is === "loaded" ? 1 : 0);
  expect(coverage.map(({ state }) => state)).toEqual(["final", failed ? "missing" : "final", "final"]);
  expect(figures.rows.map((row) => [row.day, row.calls])).toEqual(
    [
      [first, goodADay],
      [odd, onTheDay],
      [last, goodADay],
    ].filter(([, calls]) => calls !== 0),
  );
  expect(isRecord(kind)).toBe(outcome.is === "loaded" || outcome.is === "rejected");
  expect(job).toMatchObject({ state: failed ? "failed" : "done", rejected: outcome.is === "rejected" ? 1 : 0 });
  if (outcome.is === "failed") expect(job.error).toMatch(outcome.says);
  if (outcome.is === "rejected") expect(rejected.map(({ reason }) => reason).join()).toMatch(outcome.says);
  if (outcome.is === "loaded") {
    // Of keys that are there twice the last counts, as for everybody who parses the raw record.
    expect(figures.rows[1]?.billed_minutes).toBe(goodADay + 7);
    const { raw } = await rawRecordOf(await warehouse(), account, "odd", everything);
    expect(JSON.parse(raw as string).usage.connect_minutes_cal).toBe(7);
  }
});

/** In MB, what loading an answer of 1 GB takes at most. */
const ofAGigabyte = 320;

test("a record of 200 MB takes no more memory than an answer of 1 GB", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "meetledger-memory-"));
  api.order({ kind: "odd", odd: "a record of 200 MB", day: odd });
  const { told, stderr } = await startIn(dataDir, [
    { do: "add-account", url: api.url, appId: "app", appKey: "key" },
    { do: "load", from: first, to: first, mode: "all" },
    { do: "memory" },
    { do: "load", from: odd, to: odd, mode: "all" },
    { do: "memory" },
  ]).ended;
  expect(stderr).toBe("");
  const [, , before, load, after] = told as [string, Loaded, number, Loaded, number];
  expect(load).toEqual({ state: "done", calls: goodADay, error: null });
  expect(before).toBeGreaterThan(100);
  expect(after - before).toBeLessThan(ofAGigabyte);
  rmSync(dataDir, { recursive: true });
});
