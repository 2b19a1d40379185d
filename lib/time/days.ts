/** Calendar days as `YYYY-MM-DD` and as day numbers (whole days since 1970-01-01). No clock, no zone. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** True for an existing calendar day written `YYYY-MM-DD`; 2026-02-30 is none. */
export function isDay(text: string): boolean {
  if (!pattern.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text);
}

/** The day's number. The text must be a day. */
export function dayNumber(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** The UTC day of an instant in milliseconds. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return dayOfNumber(dayNumber(day) + count);
}

/** Every day from `from` to `to`, both included; empty when they are the wrong way round. */
export function daysBetween(from: string, to: string): string[] {
  const first = dayNumber(from);
  const length = dayNumber(to) - first + 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) => dayOfNumber(first + index));
}

/** The Monday of the day's week. 1970-01-01 was a Thursday. */
export function mondayOf(day: string): string {
  const number = dayNumber(day);
  return dayOfNumber(number - ((((number + 3) % 7) + 7) % 7));
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: string): number {
  return (((dayNumber(day) + 3) % 7) + 7) % 7;
}

export function startOfMonth(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

export function endOfMonth(day: string): string {
  const [year, month] = day.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** Days in a row as spans, both ends included: a long list of days in few words. */
export function daySpans(days: string[]): { from: string; to: string }[] {
  const spans: { from: string; to: string }[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else spans.push({ from: day, to: day });
  }
  return spans;
}
