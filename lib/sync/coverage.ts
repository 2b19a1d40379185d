import { and, eq, gte, lte } from "drizzle-orm";
import { detailsOf } from "../error";
import { log } from "../log";
import { allFailedDays } from "../metrics";
import { coverage, failedDays, state } from "../state";
import { dayNumber, dayOfNumber, daysBetween } from "../time";
import { warehouse } from "../warehouse";

/** Notes why days could not be loaded. What was loaded of them before stays, and so does the error until they are loaded. */
export async function markFailed(account: string, from: string, to: string, error: string): Promise<void> {
  const failedAt = Date.now();
  await unlessDown(async () => {
    const db = await state();
    await db
      .insert(failedDays)
      .values(daysBetween(from, to).map((day) => ({ account, day, error, failedAt })))
      .onConflictDoUpdate({ target: [failedDays.account, failedDays.day], set: { error, failedAt } });
    await allFailedDays.forget();
  });
}

/** Days were loaded: what went wrong with them before counts no more. */
export async function clearFailed(account: string, from: string, to: string): Promise<void> {
  await unlessDown(async () => {
    const db = await state();
    await db.delete(failedDays).where(and(eq(failedDays.account, account), gte(failedDays.day, from), lte(failedDays.day, to)));
    await allFailedDays.forget();
  });
}

/** Writes what is told beside a load. The state store may be gone for a while: that must not undo, or stop, what is loaded. */
export async function unlessDown(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    log().warn({ error: detailsOf(error) }, "progress of a load could not be written");
  }
}

/**
 * Takes over what a version before kept of loaded days in the state store. A day of which the warehouse holds fewer calls
 * than were loaded is not taken for loaded: they were lost, or the warehouse is another one.
 */
export async function takeOverCoverage(): Promise<void> {
  const db = await state();
  const rows = await db.select().from(coverage);
  if (rows.length === 0) return;
  const store = await warehouse();
  const days = rows.map(({ day }) => dayNumber(day));
  const counts = await store.countDays(
    days.reduce((low, day) => Math.min(low, day)),
    days.reduce((high, day) => Math.max(high, day)),
  );
  const held = new Map(counts.map(({ account, day, calls }) => [`${account} ${dayOfNumber(day)}`, calls]));
  const { isEmpty } = await store.identity();
  const whole = rows.filter(({ account, day, fetchedAt, calls }) => fetchedAt !== null && !isEmpty && (held.get(`${account} ${day}`) ?? 0) >= calls);
  await store.takeLoadedDays(whole.map(({ account, day, fetchedAt }) => ({ account, day: dayNumber(day), fetchedAt: fetchedAt as number })));
  for (const { account, day, error, failedAt } of rows) {
    if (error !== null)
      await db
        .insert(failedDays)
        .values({ account, day, error, failedAt: failedAt ?? 0 })
        .onConflictDoNothing();
  }
  await db.delete(coverage);
  const lost = rows.filter(({ fetchedAt }) => fetchedAt !== null).length - whole.length;
  if (lost > 0) log().warn({ days: lost }, "the warehouse does not hold all calls of days that were loaded; they are missing");
}
