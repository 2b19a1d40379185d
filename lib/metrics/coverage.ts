import { asc } from "drizzle-orm";
import { coverage, kept, state } from "../state";
import { addDays, DAY_MS, dayNumber, daysBetween, type Period, utcDaysOf } from "../time";

/** `missing`: not loaded. `partial`: loaded, but a CDR may still come late. `final`: loaded 48 hours after its end or later. */
export type DayState = "missing" | "partial" | "final";

/** Ruling: a CDR can appear after its day; a day is final only 48 hours after it ended. */
export const lateMs = 48 * 3_600_000;

/** What a day's last load makes of it. Instants in ms. */
export function stateOfDay(day: string, fetchedAt: number | null): DayState {
  if (fetchedAt === null) return "missing";
  const end = (dayNumber(day) + 1) * DAY_MS;
  return fetchedAt >= end + lateMs ? "final" : "partial";
}

export interface CoverageRow {
  account: string;
  day: string;
  fetchedAt: number | null;
  calls: number;
  error: string | null;
  failedAt: number | null;
}

/** What is known of UTC days of some accounts. Days that nothing is known of have no row. */
export async function coverageRows(accounts: string[], from: string, to: string): Promise<CoverageRow[]> {
  const rows = await allCoverage();
  return rows.filter((row) => row.day >= from && row.day <= to && accounts.includes(row.account));
}

/** One small row an account and day, so that all of it is quicker to keep than parts of it are to ask for. */
export const allCoverage = kept("coverage", async (): Promise<CoverageRow[]> => {
  const db = await state();
  return db.select().from(coverage).orderBy(asc(coverage.day), asc(coverage.account));
});

export interface DayCoverage {
  day: string;
  state: DayState;
  calls: number;
  /** ISO; the oldest of the accounts. */
  fetchedAt: string | null;
  /** Why the last try failed, where it did. */
  error: string | null;
}

const worst: DayState[] = ["missing", "partial", "final"];
const worse = (a: DayState, b: DayState) => (worst.indexOf(a) < worst.indexOf(b) ? a : b);

/** One row a UTC day, over some accounts together: a day is as good as its worst account. */
export async function coverageByDay(accounts: string[], from: string, to: string): Promise<DayCoverage[]> {
  const rows = await coverageRows(accounts, from, to);
  const byDay = new Map<string, CoverageRow[]>();
  for (const row of rows) byDay.set(row.day, [...(byDay.get(row.day) ?? []), row]);
  return daysBetween(from, to).map((day) => {
    const known = byDay.get(day) ?? [];
    const whole = known.length === accounts.length && known.length > 0;
    const fetched = known.map((row) => row.fetchedAt);
    const oldest = whole && fetched.every((at) => at !== null) ? Math.min(...(fetched as number[])) : null;
    return {
      day,
      state: whole ? known.map((row) => stateOfDay(day, row.fetchedAt)).reduce(worse) : "missing",
      calls: known.reduce((sum, row) => sum + row.calls, 0),
      fetchedAt: oldest === null ? null : new Date(oldest).toISOString(),
      error: known.find((row) => row.error !== null)?.error ?? null,
    };
  });
}

export interface Completeness {
  /** True when every day that the figures rest on is loaded and final. */
  complete: boolean;
  /** UTC days that are not loaded. */
  missingDays: string[];
  /** UTC days that are loaded but may still gain late CDRs. */
  partialDays: string[];
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
  const rows = await coverageByDay(accounts, from, to);
  const missingDays = rows.filter((row) => row.state === "missing").map((row) => row.day);
  const partialDays = rows.filter((row) => row.state === "partial").map((row) => row.day);
  const fetched = rows.flatMap((row) => (row.fetchedAt ? [row.fetchedAt] : [])).sort();
  return { complete: missingDays.length === 0 && partialDays.length === 0, missingDays, partialDays, refreshedAt: fetched[0] ?? null };
}
