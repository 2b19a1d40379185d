import { randomUUID } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { type Maker, makerOf } from "../auth";
import { detailsOf, messageOf } from "../error";
import { log } from "../log";
import { once } from "../once";
import { alertMessages, alerts, breaches, closeInterrupted, type Database, state } from "../state";
import { type StoredAlert, waysOf } from "./alerts";
import { lastDayOf, readings } from "./figure";
import { sendMessages } from "./send";

/** Writes down what has to be told, in the same transaction as what it tells of. */
async function tell(db: Pick<Database, "insert">, alert: StoredAlert, breach: string, kind: "breach" | "resolved", now: number): Promise<void> {
  for (const by of waysOf(alert)) await db.insert(alertMessages).values({ breach, kind, by, state: "waiting", retryAt: now }).onConflictDoNothing();
}

function notJudged(days: string[]): string {
  const [first, ...others] = days;
  return `Could not judge: ${others.length > 0 ? `${days.length} of its days (UTC), from ${first}, are` : `${first} (UTC) is`} not loaded.`;
}

/**
 * Reads one alert, in the calls that its maker may see now, and writes down what changed. A breach that is open stays one breach, whatever the clock does and however
 * many processes look: what counts is what is written, not when. A figure that cannot be told changes nothing.
 */
export async function checkAlert(alert: StoredAlert, { scope }: Pick<Maker, "scope">, now: number): Promise<void> {
  const db = await state();
  const day = lastDayOf(alert, now);
  let value: number | null = null;
  let isBreach = false;
  let error: string | null = null;
  try {
    const [reading] = await readings(alert, day, day, scope);
    value = reading?.value ?? null;
    isBreach = reading?.isBreach ?? false;
    if (value === null && reading && reading.notLoaded.length > 0) error = notJudged(reading.notLoaded);
  } catch (fault) {
    error = messageOf(fault);
  }
  await db.transaction(async (transaction) => {
    await transaction.update(alerts).set({ checkedAt: now, value, error }).where(eq(alerts.id, alert.id));
    if (value === null) return;
    if (isBreach) {
      const id = randomUUID();
      const opened = await transaction.insert(breaches).values({ id, alert: alert.id, at: now, value }).onConflictDoNothing().returning({ id: breaches.id });
      if (opened.length > 0) await tell(transaction, alert, id, "breach", now);
      return;
    }
    const [ended] = await transaction
      .update(breaches)
      .set({ resolvedAt: now, resolvedValue: value })
      .where(and(eq(breaches.alert, alert.id), isNull(breaches.resolvedAt)))
      .returning({ id: breaches.id });
    if (ended) await tell(transaction, alert, ended.id, "resolved", now);
  });
}

/** Reads every alert that is active and whose maker is. */
export async function checkAlerts(now = Date.now()): Promise<void> {
  const db = await state();
  for (const alert of await db.select().from(alerts).where(eq(alerts.active, true))) {
    const maker = await makerOf(alert.ownerId);
    if (maker?.active) await checkAlert(alert, maker, now);
  }
}

const everyMs = 60_000;

/** Looks every minute. What is slow to arrive holds up neither the next look nor other messages. */
export async function startAlerts(): Promise<void> {
  await closeInterrupted(alertMessages);
  const busy = once("alerts-busy", () => ({ checking: false }));
  const failed = (what: string) => (error: unknown) => log().error({ error: detailsOf(error) }, what);
  once("alerts-timer", () =>
    setInterval(() => {
      void sendMessages().catch(failed("sending alerts failed"));
      if (busy.checking) return;
      busy.checking = true;
      checkAlerts()
        .then(() => sendMessages())
        .catch(failed("checking alerts failed"))
        .finally(() => {
          busy.checking = false;
        });
    }, everyMs).unref(),
  );
}
