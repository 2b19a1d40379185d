import { startFuzzing } from "./app";

/** `npm run fuzz`: 200,000 requests (or FUZZ_REQUESTS) against the built app, with FUZZ_SEED. Prints what was found, and fails on anything. */

const requests = Number(process.env.FUZZ_REQUESTS ?? 200_000);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const fuzzing = await startFuzzing();
process.stdout.write(`${requests.toLocaleString("en")} requests, seed ${seed}\n`);
const { findings, sent, statuses, slowest, spent, health, memory } = await fuzzing.run({
  requests,
  seed,
  progress: (count) => process.stdout.write(`${count.toLocaleString("en")} sent\n`),
});
await fuzzing.stop();
const mostSpent = [...spent]
  .sort(([, a], [, b]) => b - a)
  .slice(0, 8)
  .map(([route, ms]) => `${route} (${(ms / 1000).toFixed(0)} s)`)
  .join(", ");
for (const { caller, request, status, why } of findings.slice(0, 50)) process.stdout.write(`\n${caller}: ${request}\n  ${status}: ${why}\n`);
process.stdout.write(`\n${sent} sent, ${findings.length} findings. Statuses: ${JSON.stringify(statuses)}
Slowest answer ${Math.round(slowest.ms)} ms: ${slowest.request.slice(0, 200)}
Most of the time went to ${mostSpent}
/api/health meanwhile: p99 ${Math.round(health.p99)} ms, at most ${Math.round(health.max)} ms
Memory after each third: ${memory.join(", ")} MB\n`);
process.exit(findings.length === 0 ? 0 : 1);
