import { setTimeout as sleep } from "node:timers/promises";
import { detailsOf } from "@/lib/error";
import { json, route } from "@/lib/http";
import { log } from "@/lib/log";
import { checkState } from "@/lib/state";
import { warehouse } from "@/lib/warehouse";

/** A store that does not answer for so long is not ready, whatever it says later. */
const patienceMs = 4_000;

async function answers(store: string, check: () => Promise<void>): Promise<boolean> {
  const late = new AbortController();
  try {
    await Promise.race([
      check(),
      sleep(patienceMs, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new Error("no answer in time");
      }),
    ]);
    return true;
  } catch (error) {
    log().error({ store, error: detailsOf(error) }, "not ready");
    return false;
  } finally {
    late.abort();
  }
}

/** Both stores are asked something real: that a process is there says little. */
export const GET = route({ role: "public" }, async () => {
  const [isWarehouse, isState] = await Promise.all([answers("warehouse", async () => (await warehouse()).check()), answers("state", checkState)]);
  const isReady = isWarehouse && isState;
  return json({ status: isReady ? "ready" : "not ready", warehouse: isWarehouse, state: isState }, isReady ? 200 : 503);
});
