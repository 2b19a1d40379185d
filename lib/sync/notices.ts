import { randomUUID } from "node:crypto";
import { and, asc, count, desc, eq, gt, lt, lte } from "drizzle-orm";
import { AppError, detailsOf, messageOf } from "../error";
import { log } from "../log";
import { once } from "../once";
import { notices, state } from "../state";
import { fetchConferenceOf } from "./conference";

/** Said again within so long after it was fetched, a conference is not fetched anew: a replay costs one look. */
const freshMs = 10 * 60_000;
const mostWaiting = 1_000;
const mostAttempts = 5;
const keptMs = 30 * 86_400_000;

/** A notice of the CDR service, as pages show it. */
export interface Notice {
  conf: string;
  state: "waiting" | "done" | "failed";
  receivedAt: string;
  calls: number | null;
  error: string | null;
}

/** Notices of the service that are about files and change no CDR. Of all others a conference is fetched, of types not known here too. */
const aboutFiles = ["recording", "transcoded", "file-transfer"];

/**
 * Queues the fetch of a conference whose CDRs are said to be ready. What is waiting already, or was fetched a moment ago, is
 * not queued again. Answers whether it is to be fetched, or was. Error: `throttled` when too many wait.
 */
export async function receiveNotice(account: string, conf: string, type?: string): Promise<boolean> {
  if (type !== undefined && aboutFiles.includes(type.toLowerCase())) return false;
  const now = Date.now();
  const db = await state();
  const same = and(eq(notices.account, account), eq(notices.conf, conf));
  const [fresh] = await db
    .select({ id: notices.id })
    .from(notices)
    .where(and(same, eq(notices.state, "done"), gt(notices.receivedAt, now - freshMs)))
    .limit(1);
  if (fresh) return true;
  const [waiting] = await db
    .select({ n: count() })
    .from(notices)
    .where(and(eq(notices.account, account), eq(notices.state, "waiting")));
  if ((waiting?.n ?? 0) >= mostWaiting) throw new AppError("throttled", "Too many conferences are waiting to be fetched.", { retryAfterSeconds: 60 });
  await db.insert(notices).values({ id: randomUUID(), account, conf, state: "waiting", retryAt: now, receivedAt: now }).onConflictDoNothing();
  void fetchNotices().catch((error: unknown) => log().error({ error: detailsOf(error) }, "fetching conferences failed"));
  return true;
}

/** The latest notices of an account. */
export async function listNotices(account: string, limit: number): Promise<Notice[]> {
  const db = await state();
  const rows = await db.select().from(notices).where(eq(notices.account, account)).orderBy(desc(notices.receivedAt)).limit(limit);
  return rows.map(({ conf, state: told, receivedAt, calls, error }) => ({ conf, state: told, receivedAt: new Date(receivedAt).toISOString(), calls, error }));
}

/** Fetches what waits, one after the other: a flood of notices is no flood of requests. Only one run at a time. */
export async function fetchNotices(now?: number): Promise<void> {
  const run = once("notices", () => ({ busy: false }));
  if (run.busy) return;
  run.busy = true;
  try {
    const db = await state();
    for (;;) {
      const at = now ?? Date.now();
      const [next] = await db
        .select()
        .from(notices)
        .where(and(eq(notices.state, "waiting"), lte(notices.retryAt, at)))
        .orderBy(asc(notices.receivedAt))
        .limit(1);
      if (!next) break;
      await attempt(next, at);
    }
    await db.delete(notices).where(lt(notices.receivedAt, (now ?? Date.now()) - keptMs));
  } finally {
    run.busy = false;
  }
}

async function attempt(notice: typeof notices.$inferSelect, now: number): Promise<void> {
  const db = await state();
  const one = eq(notices.id, notice.id);
  try {
    const calls = await fetchConferenceOf(notice.account, notice.conf, AbortSignal.timeout(120_000));
    await db
      .update(notices)
      .set({ state: "done", calls, error: null, attempts: notice.attempts + 1 })
      .where(one);
  } catch (error) {
    const attempts = notice.attempts + 1;
    await db
      .update(notices)
      .set({ state: attempts >= mostAttempts ? "failed" : "waiting", attempts, error: messageOf(error), retryAt: now + 60_000 * 2 ** notice.attempts })
      .where(one);
  }
}

const everyMs = 30_000;

/** Takes up what a restart left, and looks every half minute for what is to be tried again. */
export function startNotices(): void {
  const run = () => void fetchNotices().catch((error: unknown) => log().error({ error: detailsOf(error) }, "fetching conferences failed"));
  once("notices-timer", () => setInterval(run, everyMs).unref());
  run();
}
