import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { findBrowser } from "./browser";

/** `npm test`: every check and every test, one after the other; goes on after a failure and sums all up at the end. */

interface Count {
  passed: number;
  failed: number;
}

function run(title: string, command: string, args: string[]): SpawnSyncReturns<Buffer> {
  process.stdout.write(`\n== ${title}\n`);
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } });
}

/** A check that passes or fails as a whole. */
function check(title: string, command: string, args: string[]): Count {
  const isGood = run(title, command, args).status === 0;
  return { passed: Number(isGood), failed: Number(!isGood) };
}

/** A runner that writes its counts to a file; without a readable file the whole suite counts as one failure. */
function suite(title: string, args: string[], file: string, read: (report: never) => Count): Count {
  rmSync(file, { force: true });
  const { status } = run(title, "npx", args);
  try {
    const count = read(JSON.parse(readFileSync(file, "utf8")) as never);
    return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** So much is free where test data may lie in memory: no suite writes half of it. */
const roomy = 6 * 1024 ** 3;

/**
 * The tests open and close some thousand stores, and most of their time is waiting for the disk to say that it has written.
 * Where the system has a folder in memory with room, theirs lie there. Null where it has none.
 */
function folderInMemory(): string | null {
  const folder = "/dev/shm";
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < roomy) return null;
    const made = mkdtempSync(join(folder, "meetledger-tests-"));
    // PostgreSQL does not run as root; as whom it runs, it has to pass through here to its own folder.
    chmodSync(made, 0o711);
    return made;
  } catch {
    return null;
  }
}

const inMemory = process.env.TMPDIR ? null : folderInMemory();
if (inMemory) {
  process.env.TMPDIR = inMemory;
  process.stdout.write(`Test data lies in memory, in ${inMemory}, until the end.\n`);
  process.on("exit", () => rmSync(inMemory, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
}

mkdirSync("test-results", { recursive: true });
process.env.E2E_BROWSER ??= findBrowser();

const counts = [
  check("types", "npm", ["run", "--silent", "check:types"]),
  check("lint and boundaries", "npm", ["run", "--silent", "check:lint"]),
  suite(
    "unit and integration tests",
    ["vitest", "run", "--reporter=default", "--reporter=json", "--outputFile.json=test-results/unit.json"],
    "test-results/unit.json",
    (report: { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number }) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
    }),
  ),
  check("production build", "npx", ["next", "build"]),
  suite(
    "browser tests",
    ["playwright", "test", "-c", "e2e/playwright.config.ts"],
    "test-results/e2e.json",
    (report: { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }) => ({
      passed: report.stats.expected,
      failed: report.stats.unexpected + report.stats.flaky,
    }),
  ),
];

const sum = counts.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }));
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
process.exit(sum.failed === 0 ? 0 : 1);
