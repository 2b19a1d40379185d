import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp, stopApp } from "../app";
import { defaultFeed } from "../cdr-api/records";
import { startCdrApi } from "../cdr-api/server";
import { adminToken, appPort } from "../settings";
import { type Caller, fuzz, type Outcome, type Plan } from "./run";

const port = appPort + 5;
const base = `http://127.0.0.1:${port}`;
const [first, last] = ["2026-09-01", "2026-09-14"];

async function ask(path: string, method = "GET", body?: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${adminToken}`, ...(body ? { "content-type": "application/json" } : {}) };
  const answer = await fetch(`${base}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** A link, a schedule, an alert and so on, so that there is something to ask for; and callers of each role. */
async function furnish(): Promise<Caller[]> {
  await ask("/api/v1/rates", "POST", { name: "Standard", currency: "INR", perMinute: "0.40", validFrom: "2026-01-01" });
  await ask("/api/v1/people", "POST", { name: "Second", email: "second@example.com", password: "long enough for it", role: "viewer" });
  await ask("/api/v1/alerts", "POST", { name: "Bad", measure: "bad_share", way: "above", mark: 0.1, tz: "UTC", recipients: ["ops@example.com"] });
  await ask("/api/v1/shares", "POST", { title: "Shared", page: "overview", query: "", allowDownload: true });
  const token = async (name: string, role: string, limits: object | null = null) => ({
    name,
    token: String((await ask("/api/v1/tokens", "POST", { name, role, ...(limits ? { limits } : {}) })).token),
  });
  const room = ((await ask(`/api/v1/calls?from=${first}&to=${last}&limit=1`)).rows as { room_id: string }[])[0]?.room_id as string;
  return [
    { name: "signed out", token: null },
    await token("viewer", "viewer"),
    await token("limited viewer", "viewer", { rooms: [room] }),
    await token("analyst", "analyst"),
    { name: "admin", token: adminToken },
  ];
}

/** The built app and a sample API of its own, loaded and furnished, to be sent requests to. */
export async function startFuzzing(): Promise<{ run: (plan: Pick<Plan, "requests" | "seed" | "progress">) => Promise<Outcome>; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "meetledger-fuzz-"));
  const api = await startCdrApi({
    ...defaultFeed,
    seed: "fuzz",
    callsPerDay: 200,
    port: 0,
    appId: "app",
    appKey: "key",
    firstDay: first,
    lastDay: last,
    toInclusive: true,
  });
  const app = startApp(dataDir, port, { CDR_API_URL: api.url });
  const stop = async () => {
    await stopApp(app);
    await api.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    while ((await fetch(`${base}/api/ready`).catch(() => null))?.status !== 200) await sleep(100);
    const { jobId } = await ask("/api/v1/sync", "POST", { from: first, to: last });
    while ((await ask(`/api/v1/sync/${jobId}`)).state === "running") await sleep(100);
    const callers = await furnish();
    return { stop, run: (plan) => fuzz({ ...plan, base, atOnce: 8, callers, adminToken }) };
  } catch (error) {
    await stop();
    throw error;
  }
}
