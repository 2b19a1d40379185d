import { eventLoopDelay } from "@/lib/event-loop";
import { spooledBytes } from "@/lib/export";
import { route } from "@/lib/http";
import { lastPurge } from "@/lib/privacy";
import { queue, queueNames } from "@/lib/queue";
import { listJobs } from "@/lib/sync";
import { warehouse } from "@/lib/warehouse";

export const GET = route({ role: "viewer", whole: true }, async () => {
  const store = await warehouse();
  const count = async (table: string) =>
    (await store.query<{ n: number }>({ sql: `SELECT ${store.dialect.double("count(*)")} AS n FROM ${table}`, values: [] }))[0]?.n ?? 0;
  const jobs = await listJobs(100);
  const memory = process.memoryUsage();
  const delay = eventLoopDelay();
  const gauges: [name: string, help: string, value: number | [label: string, value: number][]][] = [
    ["meetledger_calls", "Calls loaded", await count("calls")],
    ["meetledger_rejected_records", "Records rejected", await count("rejected_records")],
    ["meetledger_jobs_running", "Loads running or queued", jobs.filter((job) => job.state === "running").length],
    ["meetledger_jobs_failed_recently", "Failed loads among the last hundred", jobs.filter((job) => job.state === "failed").length],
    ["meetledger_purges_failed", "Purges of names that failed when they were last tried", lastPurge().failed],
    ["meetledger_queue_running", "Work under way, by queue", queueNames.map((name) => [`queue="${name}"`, queue(name).load.running])],
    ["meetledger_queue_waiting", "Work that waits for its turn, by queue", queueNames.map((name) => [`queue="${name}"`, queue(name).load.waiting])],
    ["meetledger_connections_in_use", "Connections of the store of calls that are in use", store.connectionsInUse()],
    ["meetledger_spool_bytes", "Files on their way to slow readers", spooledBytes()],
    ["meetledger_event_loop_delay_p99_seconds", "Time for which nobody was answered, 99 times of 100, since the last scrape", delay.p99],
    ["meetledger_event_loop_delay_max_seconds", "The longest time for which nobody was answered since the last scrape", delay.max],
    ["process_resident_memory_bytes", "Resident memory", memory.rss],
    ["process_uptime_seconds", "Time since the start", Math.round(process.uptime())],
  ];
  const lines = (name: string, value: number | [string, number][]) =>
    typeof value === "number" ? `${name} ${value}\n` : value.map(([label, one]) => `${name}{${label}} ${one}\n`).join("");
  const text = gauges.map(([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines(name, value)}`).join("");
  return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4", "cache-control": "no-store" } });
});
