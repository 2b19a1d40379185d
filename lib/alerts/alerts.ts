import { randomUUID } from "node:crypto";
import { asc, desc, eq, inArray } from "drizzle-orm";
import { checkHost } from "../accounts";
import { makerOf, type Principal, partOf, whyStopped } from "../auth";
import { AppError } from "../error";
import type { Scope } from "../scope";
import { type AlertMeasure, alertMessages, alerts, breaches, type RunState, state } from "../state";
import { localDay } from "../time";
import { seal } from "../vault";
import { readings, type Watched } from "./figure";
import { newSecret } from "./webhook";

export interface AlertInput extends Watched {
  name: string;
  recipients: string[];
  webhookUrl: string | null;
  active: boolean;
}

export interface Breach {
  id: string;
  at: string;
  value: number;
  resolvedAt: string | null;
  messages: { kind: "breach" | "resolved"; by: "mail" | "webhook"; state: RunState; error: string | null }[];
}

export interface Alert extends AlertInput {
  id: string;
  measure: AlertMeasure;
  owner: string;
  /** Why it does not run: its maker is gone. */
  stopped: string | null;
  /** The part of the calls that it is of, where its maker sees no more; in words. */
  part: string | null;
  checkedAt: string | null;
  value: number | null;
  /** Why the last check could not tell. */
  error: string | null;
  /** The latest first. */
  breaches: Breach[];
}

export type StoredAlert = typeof alerts.$inferSelect;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const shownBreaches = 10;
/** By which ways an alert is told. */
export const waysOf = ({ recipients, webhookUrl }: Pick<StoredAlert, "recipients" | "webhookUrl">) => [
  ...(recipients.length > 0 ? (["mail"] as const) : []),
  ...(webhookUrl ? (["webhook"] as const) : []),
];
export const owner = (id: string) => `alert:${id}`;

/** All alerts with their latest breaches. The secret of a webhook is not part of it. */
export async function listAlerts(): Promise<Alert[]> {
  const db = await state();
  const rows = await db.select().from(alerts).orderBy(asc(alerts.name), asc(alerts.createdAt));
  return Promise.all(
    rows.map(async ({ webhookCipher: _, createdAt: __, ownerId, checkedAt, ...row }) => {
      const maker = await makerOf(ownerId);
      const found = await db.select().from(breaches).where(eq(breaches.alert, row.id)).orderBy(desc(breaches.at)).limit(shownBreaches);
      const ids = found.map(({ id }) => id);
      const messages = ids.length === 0 ? [] : await db.select().from(alertMessages).where(inArray(alertMessages.breach, ids));
      return {
        ...row,
        stopped: whyStopped(maker, row.owner),
        part: partOf(maker),
        checkedAt: iso(checkedAt),
        breaches: found.map(({ id, at, value, resolvedAt }) => ({
          id,
          at: iso(at) as string,
          value,
          resolvedAt: iso(resolvedAt),
          messages: messages.filter((one) => one.breach === id).map(({ kind, by, state: told, error }) => ({ kind, by, state: told, error })),
        })),
      };
    }),
  );
}

/** Error: `not_found`. */
export async function storedAlert(id: string): Promise<StoredAlert> {
  const db = await state();
  const [row] = await db.select().from(alerts).where(eq(alerts.id, id));
  if (!row) throw new AppError("not_found", "There is no such alert.");
  return row;
}

/** What an alert looks at must be there to look at, and its receiver outside the network. Errors: `bad_input`, `not_found`. */
async function check(input: AlertInput, scope: Scope): Promise<void> {
  if (input.webhookUrl) await checkHost(input.webhookUrl, "webhookUrl");
  const today = localDay(input.tz, Date.now());
  await readings(input, today, today, scope);
}

/** Who makes an alert, or changes one. */
type Caller = Pick<Principal, "maker" | "name" | "scope">;

/** Adds an alert. The secret that signs its webhook is given here and never again. */
export async function addAlert(input: AlertInput, { maker: ownerId, name, scope }: Caller): Promise<{ id: string; webhookSecret: string | null }> {
  await check(input, scope);
  const id = randomUUID();
  const secret = input.webhookUrl ? newSecret() : null;
  const db = await state();
  const webhookCipher = secret === null ? null : seal(secret, owner(id));
  await db.insert(alerts).values({ id, ...input, webhookCipher, owner: name, ownerId, createdAt: Date.now() });
  return { id, webhookSecret: secret };
}

/** Changes an alert. A webhook that leads elsewhere gets a new secret: the old receiver knows the old one. */
export async function changeAlert(id: string, input: AlertInput, { scope }: Pick<Caller, "scope">): Promise<{ id: string; webhookSecret: string | null }> {
  const before = await storedAlert(id);
  await check(input, scope);
  const isNew = input.webhookUrl !== null && input.webhookUrl !== before.webhookUrl;
  const secret = isNew ? newSecret() : null;
  const webhookCipher = input.webhookUrl === null ? null : secret === null ? before.webhookCipher : seal(secret, owner(id));
  const db = await state();
  await db
    .update(alerts)
    .set({ ...input, webhookCipher })
    .where(eq(alerts.id, id));
  return { id, webhookSecret: secret };
}

/** Makes somebody the maker of an alert, so that it runs again, in what they may see. Error: `not_found`. */
export async function takeOverAlert(id: string, { maker: ownerId, name }: Caller): Promise<void> {
  await storedAlert(id);
  const db = await state();
  await db.update(alerts).set({ owner: name, ownerId }).where(eq(alerts.id, id));
}

export async function removeAlert(id: string): Promise<void> {
  await storedAlert(id);
  const db = await state();
  const found = await db.delete(breaches).where(eq(breaches.alert, id)).returning({ id: breaches.id });
  if (found.length > 0) {
    await db.delete(alertMessages).where(
      inArray(
        alertMessages.breach,
        found.map((one) => one.id),
      ),
    );
  }
  await db.delete(alerts).where(eq(alerts.id, id));
}
