import { route } from "@/lib/http";
import { lastPurge } from "@/lib/privacy";
import { listJobs } from "@/lib/sync";
import { warehouse } from "@/lib/warehouse";

export const GET = route({ role: "viewer", whole: true }, async () => {
  const store = await warehouse();
  const count = async (table: string) =>
    (await store.query<{ n: number }>({ sql: `SELECT ${store.dialect.double("count(*)")} AS n FROM ${table}`, values: [] }))[0]?.n ?? 0;
  const jobs = await listJobs(100);
  const memory = process.memoryUsage();
  const gauges: [string, string, number][] = [
    ["meetledger_calls", "Calls loaded", await count("calls")],
    ["meetledger_rejected_records", "Records rejected", await count("rejected_records")],
    ["meetledger_jobs_running", "Loads running or queued", jobs.filter((job) => job.state === "running").length],
    ["meetledger_jobs_failed_recently", "Failed loads among the last hundred", jobs.filter((job) => job.state === "failed").length],
    ["meetledger_purges_failed", "Purges of names that failed when they were last tried", lastPurge().failed],
    ["process_resident_memory_bytes", "Resident memory", memory.rss],
    ["process_uptime_seconds", "Time since the start", Math.round(process.uptime())],
  ];
  const text = gauges.map(([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`).join("");
  return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4", "cache-control": "no-store" } });
});
