import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { and, desc, eq } from "drizzle-orm";
import { clientOfAccount, findAccount } from "../accounts";
import { CdrFault } from "../cdr";
import { AppError, appErrorOf, detailsOf, messageOf } from "../error";
import { log } from "../log";
import { fetchedDays, stateOfDay } from "../metrics";
import { once } from "../once";
import { type JobState, jobs, state } from "../state";
import { daysBetween, utcDay } from "../time";
import { turns } from "../turn";
import { type LoadOutcome, warehouse } from "../warehouse";
import { markFailed, unlessDown } from "./coverage";
import { Loading, type Running } from "./loading";
import { nextWindow } from "./plan";

export type JobMode = "all" | "open";

/** A load of a period, as the API shows it. */
export interface Job {
  jobId: string;
  account: string;
  from: string;
  to: string;
  mode: JobMode;
  state: JobState;
  daysDone: number;
  daysTotal: number;
  calls: number;
  rejected: number;
  duplicates: number;
  /** Records a second at present; null when it does not run. */
  rate: number | null;
  error: string | null;
  requestedBy: string;
  /** ISO. */
  createdAt: string;
  finishedAt: string | null;
}

const running = () => once("sync-running", () => new Map<string, Running>());
/** The last job of each account's queue: one job per account at a time. */
const queues = () => once("sync-queues", () => new Map<string, Promise<void>>());

/** Queues a load and returns at once. Errors: `not_found` for an unknown account. */
export async function startJob(input: { account?: string; from: string; to: string; mode: JobMode; requestedBy: string }): Promise<string> {
  const account = await findAccount(input.account);
  const today = utcDay(Date.now());
  const id = randomUUID();
  const db = await state();
  const days = await daysToLoad(account.id, input.from, input.to, input.mode, Number.POSITIVE_INFINITY);
  await db.insert(jobs).values({
    id,
    account: account.id,
    from: input.from,
    to: input.to < today ? input.to : today,
    mode: input.mode,
    state: "running",
    daysTotal: days.length,
    requestedBy: input.requestedBy,
    createdAt: Date.now(),
  });
  enqueue(id, account.id);
  return id;
}

/** Takes up the jobs that a restart cut off. Days that they had loaded are not loaded again. */
export async function resumeJobs(): Promise<void> {
  const db = await state();
  const open = await db.select().from(jobs).where(eq(jobs.state, "running")).orderBy(jobs.createdAt);
  for (const job of open) enqueue(job.id, job.account);
}

function enqueue(id: string, account: string): void {
  running().set(id, { abort: new AbortController(), arriving: 0, arrived: 0, since: Date.now(), arrivedAtSince: 0, rate: null, cancelledBy: null });
  const before = queues().get(account) ?? Promise.resolve();
  const job = before.then(() => runJob(id)).catch((error: unknown) => log().error({ job: id, error: detailsOf(error) }, "job broke off"));
  queues().set(account, job);
}

/** Resolves when every queued job has ended. */
export async function idle(): Promise<void> {
  await Promise.all(queues().values());
}

/** Days of a period that a job has to load: past ones, and by its mode all or those that are not final. */
async function daysToLoad(account: string, from: string, to: string, mode: JobMode, since: number): Promise<string[]> {
  const today = utcDay(Date.now());
  const fetched = await fetchedDays(account);
  return daysBetween(from, to).filter((day) => {
    if (day > today) return false;
    const at = fetched.get(day) ?? null;
    if (at !== null && at >= since) return false;
    return mode === "all" || stateOfDay(day, at) !== "final";
  });
}

/** Faults that every further day would meet too. */
function stopsJob(error: unknown): boolean {
  if (!(error instanceof CdrFault)) return !(error instanceof AppError) || error.code !== "bad_input";
  return ["unauthorised", "forbidden", "redirect", "tls", "refused_address", "cancelled"].includes(error.kind);
}

type Totals = Pick<StoredJob, "daysDone" | "calls" | "rejected" | "duplicates">;

async function runJob(id: string): Promise<void> {
  const db = await state();
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  const live = running().get(id);
  if (!job || !live || job.state !== "running") return;
  const failures = new Set<string>();
  const total: Totals = { daysDone: job.daysDone, calls: job.calls, rejected: job.rejected, duplicates: job.duplicates };
  try {
    live.abort.signal.throwIfAborted();
    await loadDays(job, live, total, failures);
  } catch (error) {
    if (!appErrorOf(error) && !live.cancelledBy) log().error({ job: id, error: detailsOf(error) }, "load broke off");
    failures.add(live.cancelledBy ? `Cancelled by ${live.cancelledBy}.` : messageOf(error));
  }
  await endJob(id, total, failures);
}

/** Loads what is open of a job's days, adding to `total` and, for days that cannot be loaded, to `failures`. Throws what ends the job. */
async function loadDays(job: StoredJob, live: Running, total: Totals, failures: Set<string>): Promise<void> {
  const [db, store, client] = await Promise.all([state(), warehouse(), clientOfAccount(job.account)]);
  let days = await daysToLoad(job.account, job.from, job.to, job.mode, job.createdAt);
  // Of a load that a restart cut off, or that waited for another one, some days may be loaded since it was asked for.
  total.daysDone = job.daysTotal - days.length;
  let perDay: number | null = null;
  const done = async (loading: Loading, outcome: LoadOutcome) => {
    total.daysDone += loading.days.length;
    total.calls += outcome.calls;
    // Windows overlap by a day, so the same may be rejected in two.
    total.rejected = await store.rejectedSince(job.account, job.createdAt);
    total.duplicates += outcome.duplicates;
    await unlessDown(() => db.update(jobs).set(total).where(eq(jobs.id, job.id)));
    loading.settle();
  };
  const failed = async (loading: Loading, error: unknown) => {
    const { window } = loading;
    if (live.cancelledBy) throw error;
    if (stopsJob(error)) {
      days = [];
      await markFailed(job.account, window.from, window.to, messageOf(error));
      throw error;
    }
    loading.settle();
    perDay = null;
    // A window of several days is tried again day by day, so that one bad day costs only itself.
    if (loading.days.length > 1) days = [...loading.days, ...days];
    else {
      failures.add(`${window.from}: ${messageOf(error)}`);
      await markFailed(job.account, window.from, window.to, messageOf(error));
    }
  };
  const reading = turns();
  /** Reads the next answer, once the one before has come. Resolves with null when no day is left. */
  const next = () =>
    reading(async () => {
      while (days.length > 0) {
        live.abort.signal.throwIfAborted();
        const loading = new Loading(client, job.account, nextWindow(days, perDay), live);
        days = days.slice(loading.days.length);
        if (await loading.read) {
          perDay = loading.perDay;
          return loading;
        }
        await loading.outcome.catch((error) => failed(loading, error));
      }
      return null;
    });
  // Two lanes: the warehouse takes in one answer while the next one is read.
  const lane = async () => {
    for (let loading = await next(); loading; loading = await next()) {
      const read = loading;
      await read.outcome.then(
        (outcome) => done(read, outcome),
        (error) => failed(read, error),
      );
    }
  };
  const broken = (await Promise.allSettled([lane(), lane()])).find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
}

async function endJob(id: string, total: Totals, failures: Set<string>): Promise<void> {
  const db = await state();
  const told = [...failures].slice(0, 5).join(" ") + (failures.size > 5 ? ` And ${failures.size - 5} more days.` : "");
  const error = failures.size === 0 ? null : told;
  const outcome = { ...total, state: failures.size === 0 ? ("done" as const) : ("failed" as const), error, finishedAt: Date.now() };
  log().info({ job: id, state: outcome.state, days: total.daysDone, calls: total.calls, rejected: total.rejected, error }, "load ended");
  try {
    await db.update(jobs).set(outcome).where(eq(jobs.id, id));
    running().delete(id);
  } catch (broken) {
    log().error({ job: id, error: detailsOf(broken) }, "outcome could not be stored");
    // Until the state store can be written again, it stays in memory for the page to show.
    ended().set(id, outcome);
    void storeLater(id, outcome);
  }
}

const againMs = 5_000;

async function storeLater(id: string, outcome: Outcome): Promise<void> {
  for (;;) {
    await sleep(againMs, undefined, { ref: false });
    try {
      await (await state()).update(jobs).set(outcome).where(eq(jobs.id, id));
      running().delete(id);
      ended().delete(id);
      return;
    } catch {
      // Tried again.
    }
  }
}

type Outcome = Totals & { state: JobState; error: string | null; finishedAt: number };
const ended = () => once("sync-ended", () => new Map<string, Outcome>());

type StoredJob = typeof jobs.$inferSelect;

function shown(job: StoredJob): Job {
  const live = running().get(job.id);
  const outcome = ended().get(job.id);
  const { id, createdAt, finishedAt, ...rest } = { ...job, ...outcome };
  const isRunning = rest.state === "running";
  return {
    jobId: id,
    ...rest,
    calls: rest.calls + (isRunning ? (live?.arriving ?? 0) : 0),
    rate: isRunning ? (live?.rate ?? null) : null,
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}

/** One job with its progress. Error: `not_found`. */
export async function findJob(id: string): Promise<Job> {
  const db = await state();
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (!job) throw new AppError("not_found", `There is no load "${id}".`);
  return shown(job);
}

/** The latest jobs, newest first. */
export async function listJobs(limit: number): Promise<Job[]> {
  const db = await state();
  return (await db.select().from(jobs).orderBy(desc(jobs.createdAt)).limit(limit)).map(shown);
}

/** Ends a running job. Days that it has loaded stay loaded. Errors: `not_found`; `conflict` when it has ended. */
export async function cancelJob(id: string, by: string): Promise<void> {
  const job = await findJob(id);
  const live = running().get(id);
  if (job.state !== "running" || !live) throw new AppError("conflict", "The load has already ended.");
  live.cancelledBy = by;
  live.abort.abort();
}

/** Ends every load of an account that runs or waits, and resolves when none is left. */
export async function endLoads(account: string, by: string): Promise<void> {
  const db = await state();
  const open = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.account, account), eq(jobs.state, "running")));
  for (const { id } of open) await cancelJob(id, by).catch(() => {});
  await queues().get(account);
}

/** Accounts that are being loaded, or wait to be. */
export async function loadingAccounts(): Promise<Set<string>> {
  const db = await state();
  const open = await db.select({ account: jobs.account }).from(jobs).where(eq(jobs.state, "running"));
  return new Set(open.map(({ account }) => account));
}
