import type { ViewDefaults } from "../metrics";
import { readSettings } from "../state";

/** What a query leaves open is filled in from the settings and the clock. */
export async function viewDefaults(): Promise<ViewDefaults> {
  return { tz: (await readSettings()).timeZone, now: Date.now() };
}
