import { randomBytes } from "node:crypto";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { digestOf } from "../digest";
import { AppError, badInput } from "../error";
import { people, state } from "../state";
import { seal, unseal } from "../vault";
import { throttled } from "./throttle";

type Row = typeof people.$inferSelect;

const periodMs = 30_000;
const owner = (personId: string) => `totp:${personId}`;
const totpOf = (secret: string, label = "") => new TOTP({ issuer: "Meetledger", label, secret: Secret.fromBase32(secret) });
/** Recovery codes are written down by hand: spaces, dashes and case do not count. */
const plain = (code: string) => code.replaceAll(/[\s-]/g, "").toUpperCase();

/** The period of 30 s whose code this is, one before and one after now included; null for none. */
function periodOf(secret: string, code: string, now: number): number | null {
  const delta = totpOf(secret).validate({ token: code, window: 1, timestamp: now });
  return delta === null ? null : Math.floor(now / periodMs) + delta;
}

/** Takes a person's code, or one of their recovery codes. Each is good once. */
export async function codeFits({ id, totpCipher }: Pick<Row, "id" | "totpCipher">, code: string, now = Date.now()): Promise<boolean> {
  if (totpCipher === null) return false;
  const db = await state();
  const typed = plain(code);
  if (!/^\d{6}$/.test(typed)) {
    const hash = digestOf(typed);
    const used = await db
      .update(people)
      .set({ recovery: sql`${people.recovery} - ${hash}::text` })
      .where(and(eq(people.id, id), sql`jsonb_exists(${people.recovery}, ${hash})`))
      .returning({ id: people.id });
    return used.length > 0;
  }
  const period = periodOf(unseal(totpCipher, owner(id)), typed, now);
  if (period === null) return false;
  const used = await db
    .update(people)
    .set({ totpLast: period })
    .where(and(eq(people.id, id), or(isNull(people.totpLast), lt(people.totpLast, period))))
    .returning({ id: people.id });
  return used.length > 0;
}

async function rowOf(id: string): Promise<Row> {
  const db = await state();
  const [row] = await db.select().from(people).where(eq(people.id, id));
  if (!row) throw new AppError("conflict", "Two-step sign-in is for people. Sign in to set it up.");
  return row;
}

/** Makes a new secret for an authenticator app. It counts once a code of it came back. Error: `conflict` when two-step sign-in is on. */
export async function beginTwoStep(personId: string): Promise<{ secret: string; uri: string }> {
  const row = await rowOf(personId);
  if (row.totpSince !== null) throw new AppError("conflict", "Two-step sign-in is on already. Switch it off first.");
  if (row.passwordHash === null) throw new AppError("conflict", "You sign in through the identity provider; its own second step counts.");
  const { base32 } = new Secret({ size: 20 });
  const db = await state();
  await db
    .update(people)
    .set({ totpCipher: seal(base32, owner(personId)), totpLast: null })
    .where(eq(people.id, personId));
  return { secret: base32, uri: totpOf(base32, row.email).toString() };
}

const recoveryCodes = 10;

/** Switches it on with a first code, and gives the recovery codes: shown here and never again. Errors: `bad_input` on `code`, `throttled`. */
export async function confirmTwoStep(personId: string, code: string, address: string): Promise<{ recovery: string[] }> {
  const row = await rowOf(personId);
  if (row.totpCipher === null || row.totpSince !== null) throw new AppError("conflict", "There is nothing to confirm. Begin with a new secret.");
  await fits(row, code, address);
  const codes = Array.from({ length: recoveryCodes }, () => new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32);
  const db = await state();
  await db
    .update(people)
    .set({ totpSince: Date.now(), recovery: codes.map(digestOf) })
    .where(eq(people.id, personId));
  return { recovery: codes.map((one) => (one.match(/.{4}/g) as string[]).join("-")) };
}

/** Switches one's own off, with a code. Errors: `bad_input` on `code`, `throttled`. */
export async function endTwoStep(personId: string, code: string, address: string): Promise<void> {
  const row = await rowOf(personId);
  if (row.totpSince === null) throw new AppError("conflict", "Two-step sign-in is off.");
  await fits(row, code, address);
  await clearTwoStep(personId);
}

async function fits(row: Row, code: string, address: string): Promise<void> {
  const { tried } = await throttled(row.email, address, async () => ({ tried: (await codeFits(row, code)) ? ("right" as const) : ("wrong" as const) }));
  if (tried === "wrong") throw badInput("code", "is not the present code");
}

/** Switches a person's off, for an admin: for whoever lost the telephone and the recovery codes. Error: `not_found`. */
export async function clearTwoStep(personId: string): Promise<void> {
  const db = await state();
  const cleared = await db
    .update(people)
    .set({ totpCipher: null, totpSince: null, totpLast: null, recovery: null })
    .where(eq(people.id, personId))
    .returning({ id: people.id });
  if (cleared.length === 0) throw new AppError("not_found", "There is no such person.");
}
