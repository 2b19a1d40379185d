import { listAccounts } from "../accounts";
import { detailsOf } from "../error";
import { log } from "../log";
import { once } from "../once";
import { addDays, DAY_MS, dayNumber, utcDay } from "../time";
import { type Warehouse, warehouse } from "../warehouse";

/** How the last purge went, for operators: what of it failed is tried again, and must not go unseen. */
export const lastPurge = () => once("last-purge", () => ({ failed: 0 }));

/**
 * Purges what is older than each account keeps names for, and what came of erased persons since. What fails for one account
 * holds up no other. Returns how many calls it purged.
 */
export async function purgeDue(now = Date.now()): Promise<number> {
  const store = await warehouse();
  let purged = 0;
  let failed = 0;
  const each: [string, (store: Warehouse) => Promise<number>][] = [
    ["erased persons", (one) => one.purgeErased()],
    ...(await listAccounts()).flatMap(({ id, name, retentionDays }): [string, (store: Warehouse) => Promise<number>][] =>
      retentionDays === null ? [] : [[name, (one) => one.purgeBefore(id, dayNumber(addDays(utcDay(now), -retentionDays)) * DAY_MS)]],
    ),
  ];
  for (const [of, purge] of each) {
    try {
      const calls = await purge(store);
      if (calls > 0) log().info({ of, calls }, "names purged");
      purged += calls;
    } catch (error) {
      failed++;
      log().error({ of, error: detailsOf(error) }, "purging names failed");
    }
  }
  lastPurge().failed = failed;
  return purged;
}

const everyMs = 10 * 60_000;

/** Purges every ten minutes: days that are loaded again bring names back. */
export function startPurging(): void {
  const run = () => void purgeDue().catch((error: unknown) => log().error({ error: detailsOf(error) }, "purging names failed"));
  once("purging-timer", () => setInterval(run, everyMs).unref());
  run();
}
