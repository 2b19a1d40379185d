import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { signIn } from "./strangers";

/** The app while much is asked of it at once, and while strangers are at its doors. */

export interface Crowded {
  address: string;
  /** An admin's token. */
  token: string;
  admin: { email: string; password: string };
  pid: number;
  /** A year and a month of it, as they stand in an address. */
  year: string;
  month: string;
  /** Queries of figures. */
  figures: string[];
  say: (text: string) => void;
}

const at = (times: number[], share: number) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
const megabytes = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** What `users` ask in turns for some seconds: how long each answer took, in ms. */
export async function mixed({ address, token, figures }: Pick<Crowded, "address" | "token" | "figures">, users: number, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1000;
  const taken: number[] = [];
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      for (let turn = user; performance.now() < end; turn++) {
        const before = performance.now();
        const answer = await fetch(`${address}${figures[turn % figures.length]}`, { headers: { authorization: `Bearer ${token}` } });
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
        await answer.text();
        taken.push(performance.now() - before);
      }
    }),
  );
  return taken;
}

type Ask = <T>(path: string, body?: object) => Promise<T>;

const asking =
  ({ address, token }: Crowded): Ask =>
  async <T>(path: string, body?: object) => {
    const answer = await fetch(`${address}${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return (answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text) as T;
  };

/** What Prometheus is told, by name and label. */
const gauges = async (ask: Ask) =>
  new Map([...(await ask<string>("/api/metrics/prometheus")).matchAll(/^(\w\S+) (\S+)$/gm)].map(([, name = "", value]) => [name, Number(value)]));

/** A download that is left after its first bytes, or read a little at a time. The answer ends it, and says its status. */
function download(url: string, token: string, isSlow: boolean): () => void {
  const request = get(url, { headers: { authorization: `Bearer ${token}` } }, async (answer) => {
    answer.on("error", () => {});
    for await (const _ of answer) {
      if (!isSlow) return;
      await sleep(250);
    }
  });
  request.on("error", () => {});
  return () => void request.destroy();
}

/** Sixteen users, and the same while a load, three workbooks, an audit, 40 abandoned and 20 slow downloads run. */
export async function crowd(crowded: Crowded): Promise<void> {
  const { address, year, month, say } = crowded;
  const ask = asking(crowded);
  const tokens = await Promise.all(
    Array.from({ length: 63 }, async (_, index) => (await ask<{ token: string }>("/api/v1/tokens", { name: `Reader ${index}`, role: "analyst" })).token),
  );
  const read = (path: string, reader: number) =>
    fetch(`${address}${path}`, { headers: { authorization: `Bearer ${tokens[reader]}` } }).then((one) => one.arrayBuffer());
  const quiet = await mixed(crowded, 16, 15);
  await gauges(ask);

  const [from, to] = month.split("&").map((one) => one.split("=")[1] as string);
  const { jobId } = await ask<{ jobId: string }>("/api/v1/sync", { from, to, mode: "all" });
  let unfinished = 3;
  const workbooks = [0, 1, 2].map((reader) => read(`/api/v1/export/workbook.xlsx?${month}`, reader).finally(() => unfinished--));
  const audit = read(`/api/v1/audit?${year}`, 3);
  const leave = Array.from({ length: 60 }, (_, index) => download(`${address}/api/v1/export/calls.csv?${year}`, tokens[3 + index] as string, index >= 40));
  const busy = await mixed(crowded, 16, 30);
  const { state } = await ask<{ state: string }>(`/api/v1/sync/${jobId}`);
  const loop = (await gauges(ask)).get("meetledger_event_loop_delay_max_seconds") ?? Number.NaN;
  for (const end of leave) end();
  const left = performance.now();
  // The workbooks go on; of the downloads nothing may be left: no place in the queue, no file on its way.
  const rest = async () => {
    const now = await gauges(ask);
    const of = (name: string) => now.get(`meetledger_${name}`) ?? Number.NaN;
    return Math.max(0, of('queue_running{queue="files"}') + of('queue_waiting{queue="files"}') - unfinished) + of("spool_bytes");
  };
  while ((await rest()) > 0 && performance.now() - left < 60_000) await sleep(200);
  const after = performance.now() - left;
  const ratio = at(busy, 0.95) / at(quiet, 0.95);
  say(`16 users, mixed figures of a month, p95: ${at(quiet, 0.95).toFixed(0)} ms quiet (${(quiet.length / 15).toFixed(0)}/s);
  ${at(busy, 0.95).toFixed(0)} ms (${(busy.length / 30).toFixed(0)}/s) while a load (${state} at the end), 3 workbooks, an audit, 40 abandoned and 20 slow downloads run: ${ratio.toFixed(1)} times
  the event loop was held for ${(loop * 1000).toFixed(0)} ms at most; ${(after / 1000).toFixed(1)} s after the readers of the downloads had gone nothing of theirs was left`);
  await Promise.all([...workbooks, audit]);
}

/** 200 strangers at full speed for a while, from a process of their own; and every two seconds somebody who signs in rightly. */
export async function strangers(crowded: Crowded, seconds = 60): Promise<void> {
  const { address, admin, pid, say } = crowded;
  const { token: link } = await asking(crowded)<{ token: string }>("/api/v1/shares", {
    title: "Locked",
    page: "overview",
    query: crowded.month,
    password: "a password of the link",
  });
  await signIn(address, admin.email, admin.password);
  const before = megabytes(pid);
  let peak = before;
  const crowd = spawn(process.execPath, ["--import", "tsx", "bench/strangers.ts", address, link, String(seconds)], { stdio: ["ignore", "pipe", "inherit"] });
  const told = (async () => {
    let text = "";
    for await (const chunk of crowd.stdout) text += chunk;
    return text.trim();
  })();
  const ended = once(crowd, "close");
  const right: number[] = [];
  let refused = 0;
  while (crowd.exitCode === null) {
    const begun = performance.now();
    if (await signIn(address, admin.email, admin.password)) right.push(performance.now() - begun);
    else refused++;
    peak = Math.max(peak, megabytes(pid));
    await sleep(2_000);
  }
  await ended;
  await sleep(10_000);
  say(`200 strangers, ${seconds} s (${await told})
  ${right.length} right sign-ins meanwhile: p50 ${at(right, 0.5).toFixed(0)} ms, at most ${Math.max(...right).toFixed(0)} ms; ${refused} refused
  memory: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at its peak, ${megabytes(pid).toFixed(0)} MB ten seconds after`);
}
