import { listAccounts } from "../accounts";
import { config } from "../config";
import { detailsOf } from "../error";
import { log } from "../log";
import { once } from "../once";
import { addDays, utcDay } from "../time";
import { loadingAccounts, startJob } from "./jobs";

/** Days back from today that may not be final: today, and those that ended less than 48 hours ago. */
const openDays = 3;

/** Loads the days of every account that are not final yet. An account that is loading is left alone. */
export async function refresh(): Promise<void> {
  const today = utcDay(Date.now());
  const busy = await loadingAccounts();
  for (const account of await listAccounts()) {
    if (busy.has(account.id) || account.appId === "") continue;
    await startJob({ account: account.id, from: addDays(today, -openDays), to: today, mode: "open", requestedBy: "schedule" });
  }
}

/** Starts the automatic refresh. The first comes after one interval, so that a start is quick and quiet. */
export function startSchedule(): void {
  const minutes = config().REFRESH_MINUTES;
  if (minutes === 0) return;
  once("schedule", () =>
    setInterval(() => {
      refresh().catch((error: unknown) => log().error({ error: detailsOf(error) }, "automatic refresh failed"));
    }, minutes * 60_000).unref(),
  );
}
