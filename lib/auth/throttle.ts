import { sql } from "drizzle-orm";
import { AppError } from "../error";
import { once } from "../once";
import { signInFailures, state } from "../state";

const windowMs = 15 * 60_000;
const mostPerSubject = 5;
const mostPerAddress = 30;

/** What a try came to: `open` neither counts as a failure nor clears those before. */
export type Tried = "right" | "wrong" | "open";

const { failures, lastAt, key: keyColumn } = signInFailures;

/** Takes away rows that keep nobody out any more, once a minute. */
async function forgetOld(now: number): Promise<void> {
  const last = once("forgot-failures", () => ({ at: 0 }));
  if (last.at > now - 60_000) return;
  last.at = now;
  await (await state()).delete(signInFailures).where(sql`${lastAt} < ${now - windowMs}`);
}

/** Counts a try before it is made, so that many at once cannot slip through between looking and counting. Error: `throttled`. */
async function take(key: string, most: number): Promise<void> {
  const db = await state();
  const now = Date.now();
  await forgetOld(now);
  const isOld = sql`${lastAt} < ${now - windowMs}`;
  const [row] = await db
    .insert(signInFailures)
    .values({ key, failures: 1, lastAt: now })
    .onConflictDoUpdate({
      target: keyColumn,
      set: {
        failures: sql`CASE WHEN ${isOld} THEN 1 ELSE least(${failures} + 1, ${most + 1}) END`,
        // Who is kept out and goes on trying is not kept out for longer.
        lastAt: sql`CASE WHEN ${failures} >= ${most} AND NOT ${isOld} THEN ${lastAt} ELSE ${now} END`,
      },
    })
    .returning();
  if (row && row.failures > most) {
    const left = Math.max(1, Math.ceil((row.lastAt + windowMs - now) / 1000));
    throw new AppError("throttled", "Too many failed tries. Try again in a few minutes.", { retryAfterSeconds: left });
  }
}

async function giveBack(key: string): Promise<void> {
  const db = await state();
  await db
    .update(signInFailures)
    .set({ failures: sql`greatest(${failures} - 1, 0)` })
    .where(sql`${keyColumn} = ${key}`);
}

/**
 * Runs a check of a password or code: at most 5 wrong tries in 15 minutes for a subject (a person, a link) and 30 for an
 * address. Error: `throttled`.
 */
export async function throttled<T extends { tried: Tried }>(subject: string, address: string, check: () => Promise<T>): Promise<T> {
  const [ofSubject, ofAddress] = [`person:${subject}`, `address:${address}`];
  await take(ofAddress, mostPerAddress);
  try {
    await take(ofSubject, mostPerSubject);
  } catch (error) {
    // Who is kept out was not let try, so it is no try of the address either: others may share it.
    await giveBack(ofAddress);
    throw error;
  }
  const result = await check();
  if (result.tried !== "wrong") await giveBack(ofAddress);
  if (result.tried === "open") await giveBack(ofSubject);
  if (result.tried === "right") await (await state()).delete(signInFailures).where(sql`${keyColumn} = ${ofSubject}`);
  return result;
}

/** So many callers of one kind are remembered; those that came longest ago are forgotten first. */
const mostCallers = 10_000;

/** A bucket of `capacity` calls that refills evenly over a minute, per caller. Throws `throttled`. */
export function limitRate(name: string, caller: string, capacity: number): void {
  const buckets = once(`rate-${name}`, () => new Map<string, { left: number; at: number }>());
  const now = Date.now();
  // The first is the one that came longest ago. After a minute its bucket is full again, as if it had never come.
  for (const [oldest, { at }] of buckets) {
    if (at > now - 60_000 && buckets.size < mostCallers) break;
    buckets.delete(oldest);
  }
  const bucket = buckets.get(caller) ?? { left: capacity, at: now };
  bucket.left = Math.min(capacity, bucket.left + ((now - bucket.at) * capacity) / 60_000);
  bucket.at = now;
  buckets.delete(caller);
  buckets.set(caller, bucket);
  if (bucket.left < 1) {
    const seconds = Math.ceil(((1 - bucket.left) * 60) / capacity);
    throw new AppError("throttled", `Too many requests. Try again in ${seconds} seconds.`, { retryAfterSeconds: seconds });
  }
  bucket.left -= 1;
}
