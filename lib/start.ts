import { addConfiguredAccount, settleAccounts } from "./accounts";
import { startAlerts } from "./alerts";
import { addConfiguredAdmin, noteAddresses } from "./auth";
import { config } from "./config";
import { messageOf } from "./error";
import { watchEventLoop } from "./event-loop";
import { log } from "./log";
import { openStores } from "./pairing";
import { startPurging } from "./privacy";
import { startSending } from "./reports";
import { mirrorLabels } from "./rooms";
import { closeState } from "./state";
import { stopOnSignals, watchRequests } from "./stopping";
import { resumeJobs, startNotices, startSchedule, takeOverCoverage } from "./sync";
import { closeWarehouse } from "./warehouse";

/** Checks the settings, opens the stores and takes up what a restart cut off. A failure ends the process with one clear line. */
export async function start(): Promise<void> {
  try {
    const { NEXTAUTH_URL, NEXTAUTH_SECRET } = config();
    process.env.NEXTAUTH_SECRET = NEXTAUTH_SECRET;
    noteAddresses();
    watchRequests();
    watchEventLoop();
    // Without a fixed address, next-auth takes the one by which it is called.
    if (!NEXTAUTH_URL) process.env.AUTH_TRUST_HOST = "true";
    await openStores();
    await takeOverCoverage();
    await settleAccounts();
    await mirrorLabels();
    await addConfiguredAdmin();
    await addConfiguredAccount();
    await resumeJobs();
    startSchedule();
    await startSending();
    await startAlerts();
    startNotices();
    startPurging();
  } catch (error) {
    process.stderr.write(`Meetledger cannot start. ${messageOf(error)}\n`);
    await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
    process.exit(1);
  }
  stopOnSignals(close);
  log().info({ dataDir: config().DATA_DIR, refreshMinutes: config().REFRESH_MINUTES }, "started");
}

/** Closes the stores, so that no log is left beside them. */
const close = () => Promise.allSettled([closeWarehouse(), closeState()]);
