import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { addDays, mondayOf, utcDay } from "../lib/time";
import { asStarted } from "./settings";

/** `npm run demo`: builds, starts the sample CDR API and the app on it, loads the last 62 days, prints address and sign-in. */

const port = Number(process.env.PORT || 3000);
const apiPort = port + 1000;
const dataDir = "./data/demo";
const signIn = { email: "demo@example.com", password: "demo-password" };
const token = "demo-token-for-loading-only";
const today = utcDay(Date.now());
const children: ChildProcess[] = [];

function stop(code: number): never {
  for (const child of children) child.kill("SIGTERM");
  process.exit(code);
}
process.on("SIGINT", () => stop(0));
process.on("SIGTERM", () => stop(0));

function start(command: string, args: string[], env: Record<string, string> = {}): void {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } });
  child.on("exit", (code) => {
    process.stderr.write(`${args.join(" ")} ended (${code}).\n`);
    stop(1);
  });
  children.push(child);
}

async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 2_400; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(250);
  }
  throw new Error(`${url} does not answer.`);
}

process.stdout.write("Building (about half a minute).\n");
const built = spawnSync("npx", ["next", "build"], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } });
if (built.status !== 0) process.exit(1);
if (existsSync(dataDir)) rmSync(dataDir, { recursive: true });

process.stdout.write("Starting the sample CDR API and Meetledger.\n");
const lastMonday = addDays(mondayOf(today), -14);
start(process.execPath, ["--import", "tsx", "e2e/cdr-api/main.ts", "--port", String(apiPort), "--bad-week", lastMonday]);
start(process.execPath, ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
  ...asStarted,
  NEXT_TELEMETRY_DISABLED: "1",
  LOG_LEVEL: "warn",
  DATA_DIR: dataDir,
  PORT: String(port),
  CDR_API_URL: `http://127.0.0.1:${apiPort}`,
  CDR_APP_ID: "sample-app",
  CDR_APP_KEY: "sample-key",
  ADMIN_EMAIL: signIn.email,
  ADMIN_PASSWORD: signIn.password,
  ADMIN_API_TOKEN: token,
});
await ready(`http://127.0.0.1:${port}/api/health`);

const { jobId } = await ask("/api/v1/sync", { from: addDays(today, -61), to: today });
let state = "running";
let shown = "";
while (state === "running") {
  await sleep(500);
  const job = await ask(`/api/v1/sync/${jobId}`);
  state = String(job.state);
  const line = `Loading: ${job.daysDone} of ${job.daysTotal} days, ${job.calls} calls, ${job.rejected} rejected`;
  if (line !== shown) process.stdout.write(process.stdout.isTTY ? `\r${line}` : `${line}\n`);
  shown = line;
  if (job.error) process.stdout.write(`\n${job.error}\n`);
}

// A rate and some departments, so that the pages on billing have something to say.
await ask("/api/v1/rates", { name: "Standard", currency: "INR", perMinute: "0.40", validFrom: addDays(today, -365), taxName: "GST", taxPercent: "18" });
const { rows } = (await ask("/api/v1/rooms?limit=12")) as { rows: { id: string }[] };
const departments = ["Sales", "Engineering", "Support", "People"];
await fetch(`http://127.0.0.1:${port}/api/v1/rooms/labels`, {
  method: "POST",
  headers: { authorization: `Bearer ${token}` },
  body: ["room_id,tag", ...rows.map(({ id }, index) => `${id},${departments[index % departments.length]}`)].join("\n"),
});

process.stdout.write(
  `\n\nMeetledger runs on  http://127.0.0.1:${port}\nSign in with        ${signIn.email} / ${signIn.password}\nCtrl-C ends it. Its data is in ${dataDir}.\n`,
);
