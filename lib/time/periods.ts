import { own } from "../names";
import { addDays, dayNumber, daysBetween, endOfMonth, startOfMonth, utcDay } from "./days";
import { instantsOf } from "./zones";

/** Whole days, both ends included, in a time zone. */
export interface Period {
  from: string;
  to: string;
  tz: string;
}

/** The period of the same length that ends the day before. */
export function previousPeriod({ from, to, tz }: Period): Period {
  const length = dayNumber(to) - dayNumber(from) + 1;
  return { from: addDays(from, -length), to: addDays(from, -1), tz };
}

/** The UTC days that hold any instant of the period: the days that must be loaded for its figures to be whole. */
export function utcDaysOf({ from, to, tz }: Period): string[] {
  const { start, end } = instantsOf(tz, from, to);
  return daysBetween(utcDay(start), utcDay(end - 1));
}

/** The first of April on or before a day. */
function fiscalYear(day: string): string {
  const year = Number(day.slice(0, 4));
  return day.slice(5) >= "04-01" ? `${year}-04-01` : `${year - 1}-04-01`;
}

/** The presets of the filter bar, from a given today. All ends are included. */
export const presets = {
  today: { label: "Today", of: (today: string) => ({ from: today, to: today }) },
  yesterday: { label: "Yesterday", of: (today: string) => ({ from: addDays(today, -1), to: addDays(today, -1) }) },
  "7d": { label: "Last 7 days", of: (today: string) => ({ from: addDays(today, -7), to: addDays(today, -1) }) },
  "30d": { label: "Last 30 days", of: (today: string) => ({ from: addDays(today, -30), to: addDays(today, -1) }) },
  "90d": { label: "Last 90 days", of: (today: string) => ({ from: addDays(today, -90), to: addDays(today, -1) }) },
  month: { label: "This month", of: (today: string) => ({ from: startOfMonth(today), to: today }) },
  "last-month": {
    label: "Last month",
    of: (today: string) => {
      const last = addDays(startOfMonth(today), -1);
      return { from: startOfMonth(last), to: endOfMonth(last) };
    },
  },
  // The fiscal year of India and others begins in April.
  "fiscal-year": { label: "This fiscal year (April)", of: (today: string) => ({ from: fiscalYear(today), to: today }) },
  "last-fiscal-year": {
    label: "Last fiscal year (April)",
    of: (today: string) => {
      const last = addDays(fiscalYear(today), -1);
      return { from: fiscalYear(last), to: last };
    },
  },
} satisfies Record<string, { label: string; of: (today: string) => { from: string; to: string } }>;

/** The days of a preset by its name, from a given today. Throws for a name that there is not. */
export function presetDays(name: string, today: string): { from: string; to: string } {
  const preset = own<{ of: (today: string) => { from: string; to: string } }>(presets, name);
  if (!preset) throw new Error(`There is no preset ${name}.`);
  return preset.of(today);
}

/** What a page shows when its address names no period: the last 30 whole days. */
export function defaultPeriod(today: string): { from: string; to: string } {
  return presets["30d"].of(today);
}
