import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type APIRequestContext, expect, test } from "@playwright/test";
import { Client } from "pg";
import { daysBetween } from "@/lib/time";
import { ask } from "./api";
import { startApp, stopApp } from "./app";
import { defaultFeed, Feed } from "./cdr-api/records";
import { type CdrApi, startCdrApi } from "./cdr-api/server";
import { callsOf, figuresOf } from "./plain-loops";
import { type Postgres, postgresBin, startPostgres } from "./postgres";
import { appPort } from "./settings";

/** PostgreSQL goes and comes back while days are loaded and pages are asked for: 503 as long as it is gone, then well again without a restart. */

const bin = postgresBin();
const port = appPort + 1;
const [first, last] = ["2026-10-01", "2026-10-12"];
const feedOptions = { ...defaultFeed, seed: "outage", callsPerDay: 300 };

let postgres: Postgres;
let api: CdrApi;
let app: ChildProcess;
const dataDir = mkdtempSync(join(tmpdir(), "meetledger-outage-"));

test.use({ baseURL: `http://127.0.0.1:${port}` });
test.describe.configure({ mode: "serial" });
test.skip(bin === null, "there is no PostgreSQL server on this machine");

test.beforeAll(async () => {
  postgres = await startPostgres(bin as string, { max_connections: "30" });
  api = await startCdrApi({ ...feedOptions, port: 0, appId: "app", appKey: "key", firstDay: first, lastDay: last, toInclusive: true });
  app = startApp(dataDir, port, { DATABASE_URL: postgres.url, CDR_API_URL: api.url });
});
test.afterAll(async () => {
  if (app) await stopApp(app);
  await api?.close();
  await postgres?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const isWell = async (request: APIRequestContext) => (await request.get("/api/ready").catch(() => null))?.status() ?? 0;
const figuresPath = `/api/v1/metrics?from=${first}&to=${last}&measures=calls,billed_minutes,people`;

/** Everything that is asked for says that the database is gone, and nothing of how it is asked. */
async function expectGone(request: APIRequestContext): Promise<void> {
  // What was read a moment ago, and is right still, may answer a little longer.
  for (const path of [figuresPath, "/api/v1/accounts"]) await expect.poll(async () => (await ask(request, path)).status()).toBe(503);
  for (const path of [
    "/api/ready",
    figuresPath,
    "/api/v1/accounts",
    `/api/v1/export/metrics.csv?from=${first}&to=${last}`,
    "/overview",
    "/login",
    `/s/${"x".repeat(40)}`,
  ]) {
    const answer = await ask(request, path);
    const text = await answer.text();
    expect({ path, status: answer.status() }).toEqual({ path, status: 503 });
    if (path !== "/api/ready") expect(answer.headers()["retry-after"], path).toBeTruthy();
    expect(text, path).not.toMatch(/select |ECONN|127\.0\.0\.1|postgres:|at .*\.js|digest/i);
  }
  expect((await request.get("/api/health")).status()).toBe(200);
}

async function startLoad(request: APIRequestContext): Promise<string> {
  const started = await ask(request, "/api/v1/sync", { method: "POST", data: { from: first, to: last } });
  expect(started.status()).toBe(202);
  return (await started.json()).jobId;
}

const jobOf = async (request: APIRequestContext, id: string) => (await ask(request, `/api/v1/sync/${id}`)).json();

/** Every day is loaded, and every figure is that of plain loops over the feed. */
async function expectWhole(request: APIRequestContext): Promise<void> {
  const feed = new Feed(feedOptions);
  const records = daysBetween(first, last).flatMap((day) => feed.loggedOn(day).map(({ "~day": _, ...record }) => record));
  const { calls, billed_minutes, people } = figuresOf(callsOf(records).calls);
  const { totals, meta } = await (await ask(request, figuresPath)).json();
  expect(totals.calls).toBe(calls);
  expect(totals.people).toBe(people);
  expect(totals.billed_minutes).toBeCloseTo(billed_minutes, 6);
  expect(meta).toMatchObject({ complete: true, missingDays: [] });
}

/** The days that are open are loaded, and then all is whole. */
async function expectOpenLoaded(request: APIRequestContext): Promise<void> {
  const open = await ask(request, "/api/v1/sync", { method: "POST", data: { from: first, to: last, mode: "open" } });
  const { jobId } = await open.json();
  await expect.poll(async () => (await jobOf(request, jobId)).state).toBe("done");
  await expectWhole(request);
}

test("stopped while days are loaded: 503, then well again without a restart; nothing lost or doubled", async ({ request }) => {
  await expect.poll(() => isWell(request)).toBe(200);
  for (let round = 0; round < 3; round++) {
    const id = await startLoad(request);
    await expect.poll(async () => (await jobOf(request, id)).daysDone).toBeGreaterThan(round);
    await postgres.stop();
    await expectGone(request);
    await postgres.start();
    await expect.poll(() => isWell(request)).toBe(200);
    await expect.poll(async () => (await jobOf(request, id)).state).not.toBe("running");
    // What it could not load it says; the days that are open are loaded by the next one.
    await expectOpenLoaded(request);
  }
});

test("restarted under many requests: each is answered or says 503, and soon all are answered", async ({ request }) => {
  const restarted = (async () => {
    await postgres.stop();
    await postgres.start();
  })();
  const statuses = new Set<number>();
  let isDone = false;
  void restarted.then(() => {
    isDone = true;
  });
  while (!isDone)
    for (const status of await Promise.all(Array.from({ length: 8 }, async () => (await ask(request, figuresPath)).status()))) statuses.add(status);
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  await expect.poll(async () => (await ask(request, figuresPath)).status()).toBe(200);
  await expectWhole(request);
});

test("out of connections: 503 as long as there is none, then well again", async ({ request }) => {
  // What the app holds ends with a restart; before it asks again, all are taken.
  await postgres.stop();
  await postgres.start();
  const under = await startLoad(request);
  const taken: Client[] = [];
  for (;;) {
    const client = new Client({ connectionString: postgres.url });
    client.on("error", () => {});
    try {
      await client.connect();
      taken.push(client);
    } catch {
      break;
    }
  }
  expect(taken.length).toBeGreaterThan(10);
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(request, "/api/v1/accounts")));
  // One or two connections may have been the app's.
  expect(answers.map((answer) => answer.status()).filter((status) => status !== 200 && status !== 503)).toEqual([]);
  for (const answer of answers) if (answer.status() === 503) expect(answer.headers()["retry-after"]).toBeTruthy();
  await Promise.all(taken.map((client) => client.end()));
  await expect.poll(() => isWell(request)).toBe(200);
  await expect.poll(async () => (await jobOf(request, under)).state).not.toBe("running");
  await expectOpenLoaded(request);
  const id = await startLoad(request);
  await expect.poll(async () => (await jobOf(request, id)).state).toBe("done");
  await expectWhole(request);
});

test("a second process with a warehouse of its own is refused, in one line", async () => {
  const other = mkdtempSync(join(tmpdir(), "meetledger-outage-other-"));
  const second = startApp(other, port + 1, { DATABASE_URL: postgres.url, CDR_API_URL: api.url });
  let said = "";
  second.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(second, "close");
  rmSync(other, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(said).toMatch(/Meetledger cannot start\. .*warehouse/);
});
