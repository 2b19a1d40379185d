import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { metricsPath, readView } from "../components/filters/view";
import { overviewQueries } from "../components/overview/queries";
import { asStarted } from "../e2e/settings";
import { everyAccount } from "../lib/metrics/accounts";
import { compile } from "../lib/metrics/compile";
import { metricsOf, metricsQuery } from "../lib/metrics/filters";
import { everything } from "../lib/scope";
import { addDays, daysBetween } from "../lib/time";
import { openDuckDb } from "../lib/warehouse";
import { crowd, strangers } from "./crowd";
import { pages } from "./pages";

/**
 * `npm run bench`: makes 1,000,000 CDRs, loads them over HTTP, asks Overview's queries over HTTP and the same SQL straight on
 * DuckDB, and opens the pages in a browser. Everything on this machine, one run. There is no result cache in the product, so
 * none has to be switched off.
 */

const port = 3310;
const apiPort = 4310;
const token = "bench-token-0123456789";
const admin = { email: "bench@example.com", password: "bench-password" };
const viewer = { email: "viewer@example.com", password: "bench-password" };
const wanted = Number(process.env.BENCH_CALLS ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), "meetledger-bench-"));
const kept = join(tmpdir(), "meetledger-bench-feed");
const children: ChildProcess[] = [];
const say = (text: string) => process.stdout.write(`${text}\n`);

// A year of calls, as an installation would hold it; a month of it is asked for, and the whole.
const [yearFrom, to] = ["2025-11-01", "2026-10-31"];
const from = "2026-10-01";
const days = daysBetween(from, to).length;
/** Calls of a usual weekday; the whole year makes about as many as wanted. */
const perDay = Math.round(wanted / (daysBetween(yearFrom, to).length * 0.798));

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } });
  children.push(child);
  return child;
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 6_000; tries++) {
    if (
      await fetch(url).then(
        (response) => response.status < 500,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

async function ask(path: string, body?: object): Promise<Record<string, never>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, never>;
}

/** Resident memory and CPU seconds of a process. */
function usage(pid: number): { megabytes: number; cpu: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return { megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024, cpu: (Number(stat[11]) + Number(stat[12])) / 100 };
}

const at = (times: number[], share: number) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
const ms = (value: number) => `${value.toFixed(0).padStart(5)} ms`;

async function timed(times: number, run: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < times; index++) {
    const before = performance.now();
    await run();
    taken.push(performance.now() - before);
  }
  return taken;
}

async function load(app: number, api: number): Promise<number> {
  const before = { app: usage(app), api: usage(api) };
  let peak = before.app.megabytes;
  const watch = setInterval(() => {
    peak = Math.max(peak, usage(app).megabytes);
  }, 100);
  const started = performance.now();
  const { jobId } = await ask("/api/v1/sync", { from: yearFrom, to });
  let job = await ask(`/api/v1/sync/${jobId}`);
  while (String(job.state) === "running") {
    await sleep(200);
    job = await ask(`/api/v1/sync/${jobId}`);
  }
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  const after = { app: usage(app), api: usage(api) };
  const calls = Number(job.calls);
  say(
    `Loading over HTTP: ${calls.toLocaleString("en")} calls in ${seconds.toFixed(1)} s, ${Math.round(calls / seconds).toLocaleString("en")} CDRs/s (${String(job.state)}${job.error ? `: ${job.error}` : ""})`,
  );
  say(`  memory: ${before.app.megabytes.toFixed(0)} MB before, ${peak.toFixed(0)} MB at its peak, +${(peak - before.app.megabytes).toFixed(0)} MB`);
  say(
    `  CPU: ${(after.app.cpu - before.app.cpu).toFixed(1)} s Meetledger, ${(after.api.cpu - before.api.cpu).toFixed(1)} s sample API, of ${(seconds * cpus().length).toFixed(1)} s that ${cpus().length} cores have`,
  );
  return calls;
}

async function queries(periodFrom: string, periodTo: string): Promise<void> {
  const view = readView(new URLSearchParams({ from: periodFrom, to: periodTo }), { timeZone: "UTC", now: Date.parse(`${addDays(to, 1)}T00:00:00Z`) });
  for (const [name, spec] of Object.entries(overviewQueries)) {
    const taken = await timed(20, () => ask(metricsPath(view, spec)));
    say(`  ${name.padEnd(14)} p50 ${ms(at(taken, 0.5))}  p95 ${ms(at(taken, 0.95))}`);
  }
}

/** Overview's queries, without what they are compared with. */
function figures(): string[] {
  const view = readView(new URLSearchParams({ from, to }), { timeZone: "UTC", now: Date.parse(`${addDays(to, 1)}T00:00:00Z`) });
  return Object.values(overviewQueries).map((spec) => metricsPath(view, { ...spec, compare: false }));
}

/** Texts that people look for: parts of names, of refs and of conference numbers, whole ids, and nothing at all. */
const looked = ["board", "asha", "emp-16", "7ff2-019b", "telehealth", "class 9", "support desk 1", "no such thing 12345"];

/** Find, and the list of calls of the whole year, page by page in several orders. */
async function lists(): Promise<void> {
  const period = `from=${yearFrom}&to=${to}`;
  const { rows } = (await ask(`/api/v1/calls?${period}&sort=-billed_minutes&limit=4`)) as unknown as { rows: { call_id: string; call_log_id: string }[] };
  const texts = [...looked, ...rows.flatMap((row) => [row.call_id, row.call_log_id])];
  await ask("/api/v1/find?q=first");
  const found: number[] = [];
  for (const text of texts) found.push(...(await timed(6, () => ask(`/api/v1/find?q=${encodeURIComponent(text)}`))));
  say(`  find           p50 ${ms(at(found, 0.5))}  p95 ${ms(at(found, 0.95))}`);
  const fields = "user_name,role,room_name,conf_num,connect_seconds,billed_minutes,quality,browser,os,track_combination";
  for (const sort of ["-logged", "-billed_minutes", "user_name"]) {
    let cursor: string | null = null;
    const pages = await timed(40, async () => {
      const page = await ask(`/api/v1/calls?${period}&sort=${sort}&limit=60&fields=${fields}${cursor ? `&cursor=${cursor}` : ""}`);
      cursor = page.nextCursor as unknown as string | null;
    });
    say(`  calls ${sort.padEnd(15)} p50 ${ms(at(pages, 0.5))}  p95 ${ms(at(pages, 0.95))}`);
  }
}

/** A shared report, opened again and again by several readers. */
async function shared(users: number, seconds: number): Promise<void> {
  const { token: link } = await ask("/api/v1/shares", { title: "Bench", page: "overview", query: `from=${from}&to=${to}` });
  const open = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/s/${link}`);
    if (response.status !== 200) throw new Error(`/s: ${response.status}`);
    await response.text();
  };
  await open();
  const end = performance.now() + seconds * 1000;
  const taken: number[] = [];
  await Promise.all(
    Array.from({ length: users }, async () => {
      while (performance.now() < end) taken.push(...(await timed(1, open)));
    }),
  );
  say(`A shared report, ${users} readers, ${seconds} s: ${(taken.length / seconds).toFixed(0)} pages/s, p95 ${ms(at(taken, 0.95))}`);
}

/** The same SQL on the same file, without the app around it. */
async function straight(): Promise<void> {
  const path = join(directory, "warehouse.duckdb");
  const { dialect, close } = await openDuckDb(path).then((store) => ({ dialect: store.dialect, close: () => store.close() }));
  await close();
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  say(`The same SQL straight on DuckDB, ${days} days (totals and rows, one after the other):`);
  for (const [name, spec] of Object.entries(overviewQueries)) {
    const url = new URL(metricsPath(readView(new URLSearchParams({ from, to }), { timeZone: "UTC", now: 0 }), { ...spec, compare: false }), "http://bench");
    const query = metricsOf(metricsQuery.parse(Object.fromEntries(url.searchParams)), { tz: "UTC", now: 0, scope: everything });
    const statements = [
      compile(query, everyAccount, dialect),
      compile({ ...query, by: [], order: undefined, limit: undefined, havingCalls: undefined }, everyAccount, dialect),
    ].flatMap(({ aggregates, sweep }) => [aggregates, sweep].filter((statement) => statement !== null));
    const direct = await timed(20, async () => {
      for (const { sql, values } of statements) await connection.runAndReadAll(sql, values as never[]);
    });
    straightTimes.set(name, at(direct, 0.5));
    say(`  ${name.padEnd(14)} p50 ${ms(at(direct, 0.5))}  p95 ${ms(at(direct, 0.95))}`);
  }
  connection.closeSync();
  instance.closeSync();
}
const straightTimes = new Map<string, number>();

try {
  say(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`);
  if (spawnSync("npx", ["next", "build"], { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) throw new Error("the build failed");
  const api = start([
    "--import",
    "tsx",
    "e2e/cdr-api/main.ts",
    "--port",
    String(apiPort),
    "--from",
    yearFrom,
    "--to",
    to,
    "--calls-per-day",
    String(perDay),
    "--keep-in",
    kept,
  ]);
  await ready(`http://127.0.0.1:${apiPort}/`);
  say(`Making about ${wanted.toLocaleString("en")} CDRs (kept in ${kept} for the next run).`);
  for (const day of daysBetween(yearFrom, to)) {
    const response = await fetch(`http://127.0.0.1:${apiPort}/cdr/period/${day}/${day}`, {
      headers: { authorization: `Basic ${Buffer.from("sample-app:sample-key").toString("base64")}` },
    });
    for await (const _ of response.body as unknown as AsyncIterable<Uint8Array>);
  }
  const app = start(["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
    ...asStarted,
    DATA_DIR: directory,
    PORT: String(port),
    LOG_LEVEL: "error",
    REFRESH_MINUTES: "0",
    NEXT_TELEMETRY_DISABLED: "1",
    CDR_API_URL: `http://127.0.0.1:${apiPort}`,
    CDR_APP_ID: "sample-app",
    CDR_APP_KEY: "sample-key",
    ADMIN_API_TOKEN: token,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  });
  await ready(`http://127.0.0.1:${port}/api/ready`);
  await load(app.pid as number, api.pid as number);
  say(`Overview's queries over HTTP, one user, ${days} days (with comparison where the page compares):`);
  await queries(from, to);
  say("The same, 365 days:");
  await queries(yearFrom, to);
  say("Finding, and pages of 60 calls out of the whole year:");
  await lists();
  await shared(4, 5);
  await ask("/api/v1/people", { name: "Viewer", role: "viewer", ...viewer });
  // So that Billing has a cost to show.
  await ask("/api/v1/rates", { name: "Standard", currency: "INR", perMinute: "0.40", validFrom: yearFrom });
  const periods = { month: `from=${from}&to=${to}`, before: "from=2026-09-01&to=2026-09-30", year: `from=${yearFrom}&to=${to}` };
  await pages({ address: `http://127.0.0.1:${port}`, admin, viewer, ...periods, say });
  const address = `http://127.0.0.1:${port}`;
  const crowded = { address, token, admin, pid: app.pid as number, year: periods.year, month: periods.month, figures: figures(), say };
  await crowd(crowded);
  await strangers(crowded);
  app.kill("SIGTERM");
  await new Promise((resolve) => app.once("close", resolve));
  await straight();
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}
