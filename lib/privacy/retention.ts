import { listAccounts } from "../accounts";
import { detailsOf } from "../error";
import { log } from "../log";
import { once } from "../once";
import { addDays, DAY_MS, dayNumber, utcDay } from "../time";
import { warehouse } from "../warehouse";

/** Purges what is older than each account keeps names for, and what came of erased persons since. Returns how many calls it purged. */
export async function purgeDue(now = Date.now()): Promise<number> {
  const store = await warehouse();
  let purged = await store.purgeErased();
  for (const { id, name, retentionDays } of await listAccounts()) {
    if (retentionDays === null) continue;
    const calls = await store.purgeBefore(id, dayNumber(addDays(utcDay(now), -retentionDays)) * DAY_MS);
    if (calls > 0) log().info({ account: name, calls }, "names purged");
    purged += calls;
  }
  return purged;
}

const everyMs = 10 * 60_000;

/** Purges every ten minutes: days that are loaded again bring names back. */
export function startPurging(): void {
  const run = () => void purgeDue().catch((error: unknown) => log().error({ error: detailsOf(error) }, "purging names failed"));
  once("purging-timer", () => setInterval(run, everyMs).unref());
  run();
}
