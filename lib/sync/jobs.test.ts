import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FaultKind, type FaultOrder, faultKinds } from "@/e2e/cdr-api/faults";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { callsOf, figuresOf } from "@/e2e/plain-loops";
import { useDataDir } from "@/e2e/test-store";
import { addAccount, findAccount } from "../accounts";
import { clientLimits, retryLimits } from "../cdr";
import { coverageByDay, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { forget } from "../once";
import { everything } from "../scope";
import { closeState, jobs as jobsTable, state } from "../state";
import { addDays, daysBetween, utcDay } from "../time";
import { closeWarehouse, warehouse } from "../warehouse";
import { importFile } from "./import";
import { cancelJob, findJob, idle, listJobs, resumeJobs, startJob } from "./jobs";
import { nextWindow } from "./plan";

const [first, last] = ["2026-10-01", "2026-10-06"];
const key = "the-app-key-4711";
const feedOptions = { ...defaultFeed, seed: "sync", callsPerDay: 80, dirt: 0.01 };
let api: CdrApi;
let store: ReturnType<typeof useDataDir>;

async function apiWith(toInclusive: boolean): Promise<CdrApi> {
  return startCdrApi({ ...feedOptions, port: 0, appId: "app", appKey: key, firstDay: first, lastDay: addDays(last, 3), toInclusive });
}

beforeAll(async () => {
  retryLimits.pauseMs = 5;
  api = await apiWith(true);
});
afterAll(() => api.close());

const patient = { ...clientLimits };
const hasty: { [kind in FaultOrder["kind"]]?: Partial<typeof clientLimits> } = {
  silent: { headersMs: 300 },
  stall: { idleMs: 300 },
  trickle: { least: { bytes: 100_000_000, ms: 300 } },
};
/** Orders a failure, or none. Patience is short only for the silence that is ordered: a slow machine's good answer must not be taken for one. */
function order(fault: FaultOrder | null): void {
  Object.assign(clientLimits, patient, fault && hasty[fault.kind]);
  // A client keeps the limits that it was made with.
  forget("cdr-clients");
  api.order(fault);
}

async function connect(url: string): Promise<string> {
  return (await addAccount({ name: "Main", baseUrl: url, appId: "app", appKey: key })).id;
}

beforeEach(async () => {
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1", CREDENTIALS_KEY: "a credentials key for tests" });
  for (const name of ["sync-running", "sync-queues", "sync-ended"]) forget(name);
  await connect(api.url);
});
afterEach(async () => {
  order(null);
  await idle();
  await store.close();
});

async function load(from = first, to = last, mode: "all" | "open" = "all") {
  const id = await startJob({ from, to, mode, requestedBy: "test" });
  await idle();
  return findJob(id);
}

async function figures(from = first, to = last) {
  const measures = "calls,billed_minutes,people,conferences,bad_share,connect_seconds,peak_concurrent";
  return runMetrics(metricsOf(metricsQuery.parse({ from, to, measures, by: "day" }), { tz: "UTC", now: Date.now(), scope: everything }));
}

const states = async () => {
  const { id } = await findAccount(undefined);
  return (await coverageByDay([id], first, last)).map((day) => day.state);
};

describe("loading a period", () => {
  test("loads every day, says so, and its figures equal plain loops over the feed", async () => {
    const job = await load();
    expect(job).toMatchObject({ state: "done", daysDone: 6, daysTotal: 6, error: null });
    expect(await states()).toEqual(new Array(6).fill("final"));
    const feed = new Feed(feedOptions);
    const recordsOf = (to: string) => daysBetween(first, to).flatMap((day) => feed.loggedOn(day).map(({ "~day": _, ...record }) => record));
    const { calls } = callsOf(recordsOf(last));
    const expected = figuresOf(calls);
    const answer = await figures();
    for (const [name, value] of Object.entries(answer.totals)) expect(value, name).toBeCloseTo(expected[name as keyof typeof expected] as number, 6);
    expect(answer.meta).toMatchObject({ complete: true, missingDays: [], partialDays: [] });
    // What the load tells of itself is what is there, though its windows overlap by a day: of calls those of the period, of
    // rejected records, which may have no day, those that came.
    expect(job.calls).toBe(expected.calls);
    const { rejected } = callsOf(recordsOf(addDays(last, 1)));
    expect(job.rejected).toBe(new Set(rejected.map((record) => JSON.stringify(record))).size);
    expect(job.rejected).toBeGreaterThan(0);
  });

  test("gives the same figures whether upstream's `to` is inclusive or not", async () => {
    await load();
    const inclusive = await figures();
    const other = await apiWith(false);
    await store.close();
    store = useDataDir();
    await connect(other.url);
    await load();
    const exclusive = await figures();
    expect(exclusive.rows).toEqual(inclusive.rows);
    expect(exclusive.totals).toEqual(inclusive.totals);
    await other.close();
  });

  test("a recent day stays partial, and `open` fetches only days that are not final", async () => {
    await load();
    const before = api.asked.length;
    expect(await load(first, last, "open")).toMatchObject({ state: "done", daysTotal: 0 });
    expect(api.asked.length).toBe(before);
    const today = utcDay(Date.now());
    await load(addDays(today, -4), addDays(today, 5));
    const { id } = await findAccount(undefined);
    const recent = await coverageByDay([id], addDays(today, -4), addDays(today, 1));
    expect(recent.map((day) => day.state)).toEqual(
      ["final", "final", "partial", "partial", "partial", "coming"].map((word, index) => (index === 1 ? expect.stringMatching(/final|partial/) : word)),
    );
    expect((await figures(today, today)).meta.complete).toBe(false);
  });

  test("one job at a time for an account; others wait their turn", async () => {
    const ids = await Promise.all([1, 2, 3].map(() => startJob({ from: first, to: first, mode: "all", requestedBy: "test" })));
    await idle();
    for (const id of ids) expect(await findJob(id)).toMatchObject({ state: "done" });
    await expect(findJob("unknown")).rejects.toMatchObject({ code: "not_found" });
    expect((await listJobs(10)).length).toBe(3);
  });
});

describe("each failure of the contract, once and for good", () => {
  // A record that is no JSON costs itself: see below.
  const broken = faultKinds.filter((kind) => kind !== "redirect-home" && kind !== "broken-record");

  test.each(broken)("%s", async (kind: FaultKind) => {
    order({ kind, day: "2026-10-03" });
    const failed = await load();
    expect(failed.state).toBe("failed");
    expect(failed.error).toBeTruthy();
    expect(await states()).toContain("missing");
    const answer = await figures();
    expect(answer.meta.complete).toBe(false);
    expect(answer.meta.missingDays).toContain("2026-10-03");
    const { id } = await findAccount(undefined);
    const [day] = await coverageByDay([id], "2026-10-03", "2026-10-03");
    expect(day?.error).toBeTruthy();
    expect(JSON.stringify([failed, day])).not.toContain(key);
    order(null);
    expect(await load(first, last, "open")).toMatchObject({ state: "done" });
    const whole = await figures();
    expect(whole.meta.complete).toBe(true);
    order({ kind, times: 1, day: "2026-10-03" });
    await load();
    order(null);
    await load(first, last, "open");
    expect((await figures()).totals).toEqual(whole.totals);
  });

  test("401 stops at once and is asked once; the message says whose credentials", async () => {
    api.order({ kind: "401" });
    const before = api.asked.length;
    const job = await load();
    expect(api.asked.length - before).toBe(1);
    expect(job).toMatchObject({ state: "failed", daysDone: 0 });
    expect(job.error).toContain('account "Main"');
  });

  test("one bad day costs only itself", async () => {
    api.order({ kind: "500", day: "2026-10-03" });
    const job = await load();
    expect(job).toMatchObject({ state: "failed", daysDone: 5, daysTotal: 6 });
    expect(job.error).toMatch(/^2026-10-03: /);
    expect(await states()).toEqual(["final", "final", "missing", "final", "final", "final"]);
  });
});

describe("jobs", () => {
  test("a cancelled job ends, keeps what it has loaded, and says who ended it", async () => {
    api.order({ kind: "stall", day: "2026-10-03" });
    const before = api.asked.length;
    const id = await startJob({ from: first, to: last, mode: "all", requestedBy: "test" });
    while ((await findJob(id)).daysDone < 1) await sleep(10);
    while (api.asked.length < before + 2) await sleep(10);
    await cancelJob(id, "Asha");
    await idle();
    expect(await findJob(id)).toMatchObject({ state: "failed", error: "Cancelled by Asha." });
    await expect(cancelJob(id, "Asha")).rejects.toMatchObject({ code: "conflict" });
  });

  test("a job that a restart cut off goes on where it was", async () => {
    const { id: account } = await findAccount(undefined);
    await load(first, "2026-10-02");
    const db = await state();
    await db.insert(jobsTable).values({
      id: "cut-off",
      account,
      from: first,
      to: last,
      mode: "all",
      state: "running",
      daysDone: 2,
      daysTotal: 6,
      requestedBy: "test",
      createdAt: Date.now() - 3_600_000,
    });
    await closeWarehouse();
    await closeState();
    for (const name of ["sync-running", "sync-queues"]) forget(name);
    const before = api.asked.length;
    await resumeJobs();
    await idle();
    expect(await findJob("cut-off")).toMatchObject({ state: "done", daysDone: 6 });
    expect(api.asked.slice(before).some((path) => path.includes("/2026-10-01/"))).toBe(false);
    expect(await states()).toEqual(new Array(6).fill("final"));
  });

  test("windows grow with small days, never over a gap, and start with one day", () => {
    const days = daysBetween("2026-10-01", "2026-10-10");
    expect(nextWindow(days, null)).toEqual({ from: "2026-10-01", to: "2026-10-01" });
    expect(nextWindow(days, 100)).toEqual({ from: "2026-10-01", to: "2026-10-10" });
    expect(nextWindow(daysBetween("2026-10-01", "2026-12-31"), 100)).toEqual({ from: "2026-10-01", to: "2026-10-31" });
    expect(nextWindow(days, 200_000)).toEqual({ from: "2026-10-01", to: "2026-10-03" });
    expect(nextWindow(days, 1_000_000)).toEqual({ from: "2026-10-01", to: "2026-10-01" });
    expect(nextWindow(["2026-10-01", "2026-10-03"], 100)).toEqual({ from: "2026-10-01", to: "2026-10-01" });
  });

  test("no key in any file of DATA_DIR", async () => {
    api.order({ kind: "401" });
    await load();
    api.order(null);
    await load();
    await closeWarehouse();
    await closeState();
    const basic = Buffer.from(`app:${key}`).toString("base64");
    for (const name of readdirSync(store.dataDir, { recursive: true, encoding: "utf8" })) {
      const file = join(store.dataDir, name);
      if (!statSync(file).isFile()) continue;
      const bytes = readFileSync(file);
      expect(bytes.includes(key) || bytes.includes(basic), file).toBe(false);
    }
  });
});

describe("a full disk", () => {
  const mounted = mkdtempSync(join(tmpdir(), "meetledger-full-"));
  let canMount = true;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", mounted], { stdio: "ignore" });
  } catch {
    canMount = false;
  }
  afterAll(() => {
    if (canMount) execFileSync("umount", ["-l", mounted], { stdio: "ignore" });
    rmSync(mounted, { recursive: true, force: true });
  });

  // Needs the right to mount a small file system; without it there is no honest way to fill a disk.
  test.skipIf(!canMount)("leaves the day open with the reason, nothing half-loaded, and a later load gets everything", async () => {
    const { openDuckDb } = await import("../warehouse");
    const path = join(mounted, "w.duckdb");
    let full = await openDuckDb(path);
    const record = (index: number) =>
      Buffer.from(JSON.stringify({ cdr_id: `r${index}`, trans_date: "2026-10-01T00:00:00.000Z", user: { name: `${Math.random()}`.repeat(40) } }));
    const many = (count: number) =>
      (async function* () {
        for (let from = 0; from < count; from += 500) yield Array.from({ length: 500 }, (_, index) => record(from + index));
      })();
    await expect(full.load("a", many(120_000))).rejects.toMatchObject({ code: "storage_full", message: expect.stringContaining("full") });
    const count = async () => (await full.query<{ n: number }>({ sql: "SELECT count(*)::INTEGER AS n FROM calls", values: [] }))[0]?.n;
    await full.close().catch(() => {});
    full = await openDuckDb(path);
    expect(await count()).toBe(0);
    await full.load("a", many(2_000));
    expect(await count()).toBe(2_000);
    await full.close();
  });
});

describe("importing a file", () => {
  async function* chunks(text: string, size = 1_000) {
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
  const records = new Feed({ ...feedOptions, dirt: 0 }).loggedOn("2026-10-02");

  test.each([
    ["an answer of the API", JSON.stringify({ result: "0", cdr: records })],
    ["a pretty answer", JSON.stringify({ result: "0", cdr: records }, null, 2)],
    ["a list", JSON.stringify(records)],
    ["NDJSON", records.map((record) => JSON.stringify(record)).join("\n")],
    ["NDJSON with blank lines and an end", `${records.map((record) => JSON.stringify(record)).join("\r\n\r\n")}\n`],
  ])("%s loads, and its days do not count as loaded", async (_, text) => {
    expect(await importFile(chunks(text), undefined)).toMatchObject({ calls: records.length, rejected: 0 });
    const answer = await figures("2026-10-02", "2026-10-02");
    expect(answer.totals.calls).toBe(records.length);
    expect(answer.meta.complete).toBe(false);
  });

  test.each([
    ["nothing", "  ", /is empty/],
    ["HTML", "<html></html>", /HTML/],
    ["a cut list", JSON.stringify(records).slice(0, -20), /cut off|broken/],
    ["a broken line", `${JSON.stringify(records[0])}\n{"a":`, /broken JSON/],
    ["an error body", '{"result":4001,"error":"no"}', /failure: no/],
  ])("%s is refused as a whole: %s", async (_, text, message) => {
    await expect(importFile(chunks(text), undefined)).rejects.toMatchObject({ code: "bad_input", errors: { file: [expect.stringMatching(message)] } });
    const open = await warehouse();
    expect(await open.query({ sql: "SELECT count(*)::INTEGER AS n FROM calls", values: [] })).toEqual([{ n: 0 }]);
  });
});
