import { sql } from "drizzle-orm";
import { allCoverage } from "../metrics";
import { coverage, state } from "../state";
import { DAY_MS, dayNumber, daysBetween } from "../time";
import { Binder, warehouse } from "../warehouse";

/** Marks days as loaded by a request made at `fetchedAt`, with the calls that the warehouse now holds of each. */
export async function markLoaded(account: string, from: string, to: string, fetchedAt: number): Promise<void> {
  const store = await warehouse();
  const { dialect } = store;
  const binder = new Binder(dialect);
  const day = dialect.floorDivide("logged_ms", DAY_MS);
  const rows = await store.query<{ day: number; calls: number }>(
    binder.statement(
      `SELECT ${dialect.double(day)} AS day, ${dialect.double("count(*)")} AS calls FROM calls
       WHERE account = ${binder.bind(account)} AND logged_ms >= ${dayNumber(from) * DAY_MS} AND logged_ms < ${(dayNumber(to) + 1) * DAY_MS} GROUP BY day`,
    ),
  );
  const calls = new Map(rows.map((row) => [row.day, row.calls]));
  const db = await state();
  await db
    .insert(coverage)
    .values(daysBetween(from, to).map((day) => ({ account, day, fetchedAt, calls: calls.get(dayNumber(day)) ?? 0, error: null, failedAt: null })))
    .onConflictDoUpdate({
      target: [coverage.account, coverage.day],
      set: { fetchedAt: sql`excluded.fetched_at`, calls: sql`excluded.calls`, error: null, failedAt: null },
    });
  await allCoverage.forget();
}

/** Notes why days could not be loaded. What was loaded of them before stays. */
export async function markFailed(account: string, from: string, to: string, error: string): Promise<void> {
  const db = await state();
  const failedAt = Date.now();
  await db
    .insert(coverage)
    .values(daysBetween(from, to).map((day) => ({ account, day, error, failedAt })))
    .onConflictDoUpdate({ target: [coverage.account, coverage.day], set: { error, failedAt } });
  await allCoverage.forget();
}
