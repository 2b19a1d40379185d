import type { ViewDefaults } from "../metrics";
import type { Scope } from "../scope";
import { readSettings } from "../state";

/** What a query leaves open is filled in from the settings and the clock; what it may reach comes from who asks. */
export async function viewDefaults({ scope }: { scope: Scope }): Promise<ViewDefaults> {
  return { tz: (await readSettings()).timeZone, now: Date.now(), scope };
}
