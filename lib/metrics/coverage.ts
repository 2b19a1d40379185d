import { failedDays, kept, state } from "../state";
import { addDays, DAY_MS, dayNumber, dayOfNumber, daysBetween, type Period, utcDay, utcDaysOf } from "../time";
import { warehouse } from "../warehouse";

/** `missing`: not loaded. `partial`: loaded, but a CDR may still come late. `final`: loaded 48 hours after its end or later. `coming`: a day that has not begun. */
export type DayState = "missing" | "partial" | "final" | "coming";

/** Ruling: a CDR can appear after its day; a day is final only 48 hours after it ended. */
export const lateMs = 48 * 3_600_000;

/** What a day's last load makes of it. Instants in ms. */
export function stateOfDay(day: string, fetchedAt: number | null, now = Date.now()): DayState {
  if (fetchedAt === null) return day > utcDay(now) ? "coming" : "missing";
  const end = (dayNumber(day) + 1) * DAY_MS;
  return fetchedAt >= end + lateMs ? "final" : "partial";
}

/** When each UTC day of an account was loaded (ms). The warehouse says so itself: a day is loaded where its calls are. */
export async function fetchedDays(account: string): Promise<Map<string, number>> {
  const days = await (await warehouse()).loadedDays();
  return new Map(days.filter((row) => row.account === account).map(({ day, fetchedAt }) => [dayOfNumber(day), fetchedAt]));
}

/** One state a UTC day, over some accounts together: a day is as good as its worst account. */
async function statesOf(accounts: string[], from: string, to: string): Promise<{ day: string; state: DayState; fetchedAt: number | null }[]> {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  const rows = (await (await warehouse()).loadedDays()).filter(({ day, account }) => day >= first && day <= last && accounts.includes(account));
  const byDay = grouped(rows);
  const now = Date.now();
  return daysBetween(from, to).map((day) => {
    const known = byDay.get(day) ?? [];
    const isWhole = known.length > 0 && known.length === accounts.length;
    const states = isWhole ? known.map(({ fetchedAt }) => stateOfDay(day, fetchedAt, now)) : [stateOfDay(day, null, now)];
    return {
      day,
      state: states.includes("partial") ? "partial" : (states[0] as DayState),
      fetchedAt: isWhole ? Math.min(...known.map(({ fetchedAt }) => fetchedAt)) : null,
    };
  });
}

function grouped<T extends { day: number }>(rows: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const day = dayOfNumber(row.day);
    groups.set(day, [...(groups.get(day) ?? []), row]);
  }
  return groups;
}

/** The days from one to another that are not loaded for some of the accounts. */
export async function missingDays(accounts: string[], from: string, to: string): Promise<string[]> {
  return (await statesOf(accounts, from, to)).filter(({ state }) => state === "missing").map(({ day }) => day);
}

/** Why days could not be loaded when they were last tried. */
export const allFailedDays = kept("failed-days", async () => {
  const db = await state();
  return db.select().from(failedDays);
});

export interface DayCoverage {
  day: string;
  state: DayState;
  /** Calls that the store holds of the day. */
  calls: number;
  /** Those of them that the last answer for the day did not have any more. */
  withdrawn: number;
  /** ISO; the oldest of the accounts. */
  fetchedAt: string | null;
  /** Why the last try failed, where it did. */
  error: string | null;
}

/** One row a UTC day, over some accounts together. Calls are those of `counted`, which may be of accounts that nothing is loaded from any more. */
export async function coverageByDay(accounts: string[], from: string, to: string, counted = accounts): Promise<DayCoverage[]> {
  const store = await warehouse();
  const [states, counts, failures] = await Promise.all([statesOf(accounts, from, to), store.countDays(dayNumber(from), dayNumber(to)), allFailedDays()]);
  const held = grouped(counts.filter(({ account }) => counted.includes(account)));
  return states.map(({ day, state: told, fetchedAt }) => {
    const rows = held.get(day) ?? [];
    const failure = failures.find((row) => row.day === day && accounts.includes(row.account) && row.failedAt > (fetchedAt ?? 0));
    return {
      day,
      state: told,
      calls: rows.reduce((sum, { calls }) => sum + calls, 0),
      withdrawn: rows.reduce((sum, { withdrawn }) => sum + withdrawn, 0),
      fetchedAt: fetchedAt === null ? null : new Date(fetchedAt).toISOString(),
      error: failure?.error ?? null,
    };
  });
}

export interface Completeness {
  /** True when every day that the figures rest on is loaded and final. */
  complete: boolean;
  /** True when not one of these days is loaded. Figures of which nothing is held either are unknown then, and not zero. */
  notLoaded: boolean;
  /** UTC days that are not loaded. */
  missingDays: string[];
  /** UTC days that are loaded but may still gain late CDRs. */
  partialDays: string[];
  /** UTC days that have not begun. */
  comingDays: string[];
  /** ISO; when the oldest of the loaded days was fetched. */
  refreshedAt: string | null;
}

/**
 * Whether every day that a period's figures rest on is loaded. A call is logged after it was connected, so figures by
 * connect time rest on the day after the period too.
 */
export async function completeness(accounts: string[], period: Period, basis: "logged" | "connected"): Promise<Completeness> {
  const days = utcDaysOf(period);
  const from = days[0] as string;
  const last = days[days.length - 1] as string;
  const to = basis === "connected" ? addDays(last, 1) : last;
  const rows = await statesOf(accounts, from, to);
  const of = (state: DayState) => rows.filter((row) => row.state === state).map(({ day }) => day);
  const fetched = rows.flatMap(({ fetchedAt }) => fetchedAt ?? []);
  return {
    complete: rows.every(({ state: told }) => told === "final"),
    notLoaded: fetched.length === 0,
    missingDays: of("missing"),
    partialDays: of("partial"),
    comingDays: of("coming"),
    refreshedAt: fetched.length > 0 ? new Date(Math.min(...fetched)).toISOString() : null,
  };
}
