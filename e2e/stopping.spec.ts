import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type Agent, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ask } from "./api";
import { startApp, stopApp } from "./app";
import { defaultFeed } from "./cdr-api/records";
import { type CdrApi, startCdrApi } from "./cdr-api/server";
import { adminToken, appPort } from "./settings";

/** The process is told to end: what runs is finished, what is new is refused, and nothing keeps the lock on the warehouse. */

const port = appPort + 3;
const days = "from=2026-10-01&to=2026-10-04";
const base = `http://127.0.0.1:${port}`;
const dataDir = mkdtempSync(join(tmpdir(), "meetledger-stopping-"));
let api: CdrApi;
let app: ChildProcess;

test.use({ baseURL: base });
test.describe.configure({ mode: "serial" });

const start = () => startApp(dataDir, port, { CDR_API_URL: api.url });

/** Starts a request, and resolves once its first bytes are there; nothing more is read until then. */
function begin(path: string, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${base}${path}`, { agent, headers: { authorization: `Bearer ${adminToken}` } }, resolve).on("error", reject);
  });
}

async function sizeOf(answer: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const chunk of answer) size += (chunk as Buffer).length;
  return size;
}

test.beforeAll(async () => {
  api = await startCdrApi({
    ...defaultFeed,
    seed: "stopping",
    callsPerDay: 4_000,
    port: 0,
    appId: "app",
    appKey: "key",
    firstDay: "2026-10-01",
    lastDay: "2026-10-04",
    toInclusive: true,
  });
  app = start();
});
test.afterAll(async () => {
  if (app) await stopApp(app);
  await api?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a download that runs comes whole, new requests are refused, and the next process finds everything in order", async ({ request }) => {
  await expect.poll(async () => (await request.get("/api/ready").catch(() => null))?.status() ?? 0).toBe(200);
  const { jobId } = await (await ask(request, "/api/v1/sync", { method: "POST", data: { from: "2026-10-01", to: "2026-10-04" } })).json();
  await expect.poll(async () => (await (await ask(request, `/api/v1/sync/${jobId}`)).json()).state).toBe("done");
  const { totals } = await (await ask(request, `/api/v1/metrics?${days}&measures=calls,billed_minutes`)).json();
  const whole = await sizeOf(await begin(`/api/v1/export/calls.csv?${days}`));
  expect(whole).toBeGreaterThan(1_000_000);

  const download = await begin(`/api/v1/export/calls.csv?${days}`);
  const ended = once(app, "close");
  app.kill("SIGTERM");
  await expect
    .poll(() =>
      begin("/api/health").then(
        (answer) => answer.statusCode,
        (error: NodeJS.ErrnoException) => error.code,
      ),
    )
    .toBe("ECONNREFUSED");
  expect(app.exitCode).toBe(null);
  expect(await sizeOf(download)).toBe(whole);
  const [code] = await ended;
  expect(code).toBe(0);

  app = start();
  await expect.poll(async () => (await request.get("/api/ready").catch(() => null))?.status() ?? 0).toBe(200);
  const after = await (await ask(request, `/api/v1/metrics?${days}&measures=calls,billed_minutes`)).json();
  expect(after.totals).toEqual(totals);
  expect(after.meta.complete).toBe(true);
});

test("a reader who never reads on does not keep the process", async () => {
  const download = await begin(`/api/v1/export/calls.csv?${days}`);
  download.pause();
  download.on("error", () => {});
  const ended = once(app, "close");
  app.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
  download.destroy();
  app = start();
  await expect
    .poll(() =>
      begin("/api/ready").then(
        (answer) => answer.statusCode,
        () => 0,
      ),
    )
    .toBe(200);
});
