import { and, eq, type SQL } from "drizzle-orm";
import { messageOf } from "../error";
import type { alertMessages, scheduleRuns } from "./schema";
import { state } from "./state";

/** What is to be sent once, each in a row of its own: `waiting`, `sending`, then `sent` or `failed`. */
type Outbox = typeof scheduleRuns | typeof alertMessages;

/** Both tables have the columns that count here. */
const columnsOf = (outbox: Outbox) => outbox as typeof scheduleRuns;

export interface Sending {
  outbox: Outbox;
  /** Names the row. */
  one: SQL | undefined;
  /** Tries that were made before, and how many there are in all. */
  attempts: number;
  most: number;
  now: number;
}

/**
 * Sends one row: takes it by its state, so that no other process sends it too, and writes down how it went. What fails is tried
 * again, later and later. Returns what went wrong, or null.
 */
export async function sendOnce({ outbox, one, attempts, most, now }: Sending, send: () => Promise<void>): Promise<string | null> {
  const table = columnsOf(outbox);
  const db = await state();
  const taken = await db
    .update(table)
    .set({ state: "sending", attempts: attempts + 1 })
    .where(and(one, eq(table.state, "waiting")))
    .returning({ state: table.state });
  if (taken.length === 0) return null;
  try {
    await send();
    await db.update(table).set({ state: "sent", error: null, endedAt: Date.now() }).where(one);
    return null;
  } catch (fault) {
    const error = messageOf(fault);
    const isLast = attempts + 1 >= most;
    await db
      .update(table)
      .set({ state: isLast ? "failed" : "waiting", error, retryAt: now + 60_000 * 2 ** attempts, endedAt: isLast ? Date.now() : null })
      .where(one);
    return error;
  }
}

/** What a stop cut off in the middle of sending may have arrived: it is not sent again, and says so. */
export async function closeInterrupted(outbox: Outbox): Promise<void> {
  const table = columnsOf(outbox);
  const db = await state();
  await db
    .update(table)
    .set({ state: "failed", error: "Interrupted while sending. It may have arrived, so it is not sent again.", endedAt: Date.now() })
    .where(eq(table.state, "sending"));
}
