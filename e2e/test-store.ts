import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forget } from "../lib/once";
import { closeState } from "../lib/state";
import { clearFailed } from "../lib/sync/coverage";
import { dayNumber, daysBetween } from "../lib/time";
import { closeWarehouse, warehouse } from "../lib/warehouse";

/** A DATA_DIR of its own for one test, with the settings of the process pointed at it. */
export function useDataDir(env: Record<string, string> = {}): { dataDir: string; close: () => Promise<void> } {
  const dataDir = mkdtempSync(join(tmpdir(), "meetledger-"));
  Object.assign(process.env, { DATA_DIR: dataDir, LOG_LEVEL: "silent", REFRESH_MINUTES: "0", ...env });
  const { STATE_TEMPLATE } = process.env;
  if (STATE_TEMPLATE) cpSync(STATE_TEMPLATE, join(dataDir, "state"), { recursive: true });
  for (const name of ["config", "log", "state", "warehouse", "cdr-clients"]) forget(name);
  return {
    dataDir,
    async close() {
      await closeWarehouse();
      await closeState();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Days as if they had been loaded at an instant (ms), with the calls that are there. */
export async function markLoaded(account: string, from: string, to: string, fetchedAt: number): Promise<void> {
  const store = await warehouse();
  await store.takeLoadedDays(daysBetween(from, to).map((day) => ({ account, day: dayNumber(day), fetchedAt })));
  await clearFailed(account, from, to);
}
