import { and, eq, lte } from "drizzle-orm";
import { AppError } from "../error";
import { log } from "../log";
import { sendMail } from "../mail";
import { measureOf } from "../metrics";
import { alertMessages, breaches, readSettings, sendOnce, state } from "../state";
import { unseal } from "../vault";
import { owner, type StoredAlert, storedAlert, waysOf } from "./alerts";
import { post } from "./webhook";

type Message = typeof alertMessages.$inferSelect;

const labels = { budget: "Share of the month's budget", failed_loads: "Failed loads", rejected: "Rejected records" };

/** What an alert's measure is called. */
export const labelOf = (measure: StoredAlert["measure"]) => (measure in labels ? labels[measure as keyof typeof labels] : measureOf(measure as "calls").label);

async function told(measure: StoredAlert["measure"], value: number): Promise<string> {
  const { locale, currency } = await readSettings();
  if (measure === "bad_share" || measure === "budget") return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value);
  if (measure === "cost") return new Intl.NumberFormat(locale, { style: "currency", currency }).format(value);
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

const titles = { breach: "Alert", resolved: "Resolved", test: "Test of the alert" };

/** Sends one message by one way. `id` names it: a receiver that sees an id again has had it. */
async function send(alert: StoredAlert, by: "mail" | "webhook", kind: keyof typeof titles, id: string, value: number, at: number): Promise<void> {
  if (by === "webhook") {
    if (!alert.webhookUrl || !alert.webhookCipher) throw new AppError("conflict", "The alert has no webhook any more.");
    const { name, measure, way, mark, days, query, tz } = alert;
    const message = {
      type: `alert.${kind}`,
      timestamp: new Date(at).toISOString(),
      data: { id, alert: { id: alert.id, name, measure, way, mark, days, query, tz }, value },
    };
    await post(alert.webhookUrl, unseal(alert.webhookCipher, owner(alert.id)), id, message);
    return;
  }
  if (alert.recipients.length === 0) throw new AppError("conflict", "The alert has no recipients any more.");
  const [now, mark] = [await told(alert.measure, value), await told(alert.measure, alert.mark)];
  const window = alert.measure === "budget" ? "this month" : alert.days === 1 ? "today" : `the last ${alert.days} days, today included`;
  await sendMail({
    to: alert.recipients.join(", "),
    subject: `${titles[kind]}: ${alert.name}`,
    text: [
      `${labelOf(alert.measure)}: ${now}. The mark is ${alert.way} ${mark}.`,
      `Over ${window}, days in ${alert.tz}.`,
      "Today goes on, and late records may come: it may still change.",
      ...(alert.query ? [`Filters: ${[...new URLSearchParams(alert.query)].map(([name, value]) => `${name}=${value}`).join(", ")}`] : []),
      `Read at ${new Date(at).toISOString()}.`,
    ].join("\n"),
  });
}

const mostAttempts = 6;

/** Sends what waits, all at once: who is slow or gone holds up nobody else. */
export async function sendMessages(now = Date.now()): Promise<void> {
  const db = await state();
  const waiting = await db
    .select()
    .from(alertMessages)
    .where(and(eq(alertMessages.state, "waiting"), lte(alertMessages.retryAt, now)));
  await Promise.all(waiting.map((message) => attempt(message, now)));
}

async function attempt(message: Message, now: number): Promise<void> {
  const { breach: id, kind, by, attempts } = message;
  const one = and(eq(alertMessages.breach, id), eq(alertMessages.kind, kind), eq(alertMessages.by, by));
  const error = await sendOnce({ outbox: alertMessages, one, attempts, most: mostAttempts, now }, async () => {
    const db = await state();
    const [breach] = await db.select().from(breaches).where(eq(breaches.id, id));
    if (!breach) throw new AppError("not_found", "The alert is gone.");
    const isEnd = kind === "resolved";
    const value = (isEnd ? breach.resolvedValue : breach.value) ?? breach.value;
    await send(await storedAlert(breach.alert), by, kind, `${id}:${kind}`, value, (isEnd ? breach.resolvedAt : breach.at) ?? breach.at);
  });
  if (error !== null) log().warn({ breach: id, by, attempt: attempts + 1, error }, "alert not sent");
}

/** Sends an alert now by each of its ways, as a test. It is no breach. Throws what went wrong. */
export async function testAlert(id: string): Promise<void> {
  const alert = await storedAlert(id);
  const at = Date.now();
  for (const by of waysOf(alert)) await send(alert, by, "test", `${id}:test:${at}`, alert.value ?? alert.mark, at);
}
