import { addDays, dayNumber, endOfMonth, isDay, startOfMonth } from "./days";
import { type Period, previousPeriod } from "./periods";

/** With which days a period is compared: by a rule, or these very days. */
export type Comparison = "previous" | "matched" | "year" | { from: string; to: string };

export const comparisonNames = ["previous", "matched", "year"] as const;

type Days = Pick<Period, "from" | "to">;

const lengthOf = ({ from, to }: Days) => dayNumber(to) - dayNumber(from) + 1;
const shifted = ({ from, to }: Days, days: number): Days => ({ from: addDays(from, -days), to: addDays(to, -days) });

/** The same day of another month; the month's last where it has no such day. */
function monthsBefore(day: string, months: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const index = year * 12 + month - 1 - months;
  const first = `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((index % 12) + 1).padStart(2, "0")}-01`;
  const last = endOfMonth(first);
  return date >= Number(last.slice(8)) ? last : `${first.slice(0, 8)}${String(date).padStart(2, "0")}`;
}

/** The last day of the stretch of so many months that begins with a day. */
const endAfter = (first: string, months: number) => addDays(monthsBefore(first, -months), -1);

/** Whether a period is the beginning, or the whole, of a stretch of so many months. */
const isOf = ({ from, to }: Days, months: number) => from === startOfMonth(from) && to <= endAfter(from, months);

/** So many months earlier: a whole stretch as a whole, the beginning of one with the same days of it. */
function earlier(period: Days, months: number): Days {
  const from = monthsBefore(period.from, months);
  return { from, to: period.to === endAfter(period.from, months) ? addDays(period.from, -1) : monthsBefore(period.to, months) };
}

const month = (day: string) => Number(day.slice(5, 7));
const isQuarterStart = (day: string) => month(day) % 3 === 1;
/** The fiscal year of India and others begins in April. */
const isFiscalStart = (day: string) => month(day) === 4;
const isWholeYear = (period: Days) =>
  period.from === startOfMonth(period.from) && period.to === endAfter(period.from, 12) && [1, 4].includes(month(period.from));

/**
 * The days that are alike: of a calendar month, quarter or fiscal year the one before, of its beginning the same days of that;
 * of a whole calendar year the year before. Else as many whole weeks back as clear the period, so that a Monday meets a Monday.
 */
function matched(period: Days): Days {
  if (isOf(period, 1)) return earlier(period, 1);
  if (isQuarterStart(period.from) && isOf(period, 3)) return earlier(period, 3);
  if ((isFiscalStart(period.from) && isOf(period, 12)) || isWholeYear(period)) return earlier(period, 12);
  return shifted(period, Math.ceil(lengthOf(period) / 7) * 7);
}

/** A calendar month or year with the one a year before, else 52 weeks back; what is longer than these, by its dates. */
function yearBefore(period: Days): Days {
  const isMonth = isOf(period, 1) && period.to === endOfMonth(period.from);
  if (isMonth) return { from: monthsBefore(period.from, 12), to: endOfMonth(monthsBefore(period.from, 12)) };
  if (isWholeYear(period)) return earlier(period, 12);
  if (lengthOf(period) <= 364) return shifted(period, 364);
  for (let years = 1; ; years++) {
    const days = { from: monthsBefore(period.from, 12 * years), to: monthsBefore(period.to, 12 * years) };
    if (days.to < period.from) return days;
  }
}

/** The days that a period is compared with. They never overlap it, unless they were given and do: see `overlaps`. */
export function comparedPeriod(period: Period, comparison: Comparison): Period {
  const { tz } = period;
  if (typeof comparison !== "string") return { ...comparison, tz };
  if (comparison === "previous") return previousPeriod(period);
  return { ...(comparison === "matched" ? matched(period) : yearBefore(period)), tz };
}

export const overlaps = (a: Days, b: Days) => a.from <= b.to && b.from <= a.to;

/** A comparison as it stands in an address: its name, or `2026-09-01..2026-09-30`. Null for what is none. */
export function readComparison(text: string): Comparison | null {
  const named = comparisonNames.find((name) => name === text);
  if (named) return named;
  const [, from = "", to = ""] = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null;
}

export const writeComparison = (comparison: Comparison) => (typeof comparison === "string" ? comparison : `${comparison.from}..${comparison.to}`);
