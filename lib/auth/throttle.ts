import { eq, inArray, sql } from "drizzle-orm";
import { AppError } from "../error";
import { once } from "../once";
import { signInFailures, state } from "../state";

const windowMs = 15 * 60_000;
const mostPerPerson = 5;
const mostPerAddress = 30;

const keysOf = (email: string, address: string) => ({ person: `person:${email}`, address: `address:${address}` });

/** Throws `throttled` when a person or an address has failed to sign in too often in the last 15 minutes. */
export async function checkThrottle(email: string, address: string): Promise<void> {
  const keys = keysOf(email, address);
  const db = await state();
  const rows = await db
    .select()
    .from(signInFailures)
    .where(inArray(signInFailures.key, Object.values(keys)));
  for (const { key, failures, lastAt } of rows) {
    const most = key === keys.person ? mostPerPerson : mostPerAddress;
    const left = lastAt + windowMs - Date.now();
    if (failures >= most && left > 0) {
      throw new AppError("throttled", "Too many failed sign-ins. Try again in a few minutes.", { retryAfterSeconds: Math.ceil(left / 1000) });
    }
  }
}

export async function noteFailure(email: string, address: string): Promise<void> {
  const db = await state();
  const now = Date.now();
  for (const key of Object.values(keysOf(email, address))) {
    await db
      .insert(signInFailures)
      .values({ key, failures: 1, lastAt: now })
      .onConflictDoUpdate({
        target: signInFailures.key,
        set: {
          failures: sql`CASE WHEN ${signInFailures.lastAt} < ${now - windowMs} THEN 1 ELSE ${signInFailures.failures} + 1 END`,
          lastAt: now,
        },
      });
  }
}

export async function noteSuccess(email: string): Promise<void> {
  const db = await state();
  await db.delete(signInFailures).where(eq(signInFailures.key, `person:${email}`));
}

/** A bucket of `capacity` calls that refills evenly over a minute, per caller. Throws `throttled`. */
export function limitRate(name: string, caller: string, capacity: number): void {
  const buckets = once(`rate-${name}`, () => new Map<string, { left: number; at: number }>());
  const now = Date.now();
  const bucket = buckets.get(caller) ?? { left: capacity, at: now };
  bucket.left = Math.min(capacity, bucket.left + ((now - bucket.at) * capacity) / 60_000);
  bucket.at = now;
  buckets.set(caller, bucket);
  if (bucket.left < 1) {
    const seconds = Math.ceil(((1 - bucket.left) * 60) / capacity);
    throw new AppError("throttled", `Too many requests. Try again in ${seconds} seconds.`, { retryAfterSeconds: seconds });
  }
  bucket.left -= 1;
}
