import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    include: ["lib/**/*.test.ts", "e2e/cdr-api/*.test.ts", "components/**/*.test.{ts,tsx}"],
    globalSetup: "e2e/state-template.ts",
    // Engines with native parts and a process-wide configuration: each file has a process of its own.
    pool: "forks",
    maxWorkers: 2,
    // They bound a hang and nothing else: a slow or busy machine may take its time.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    teardownTimeout: 120_000,
  },
});
