import { addDays, endOfMonth, isDay, isZone, type TimeBucket, utcDaysOf } from "../time";
import type { MetricsMeta } from "./run";

/** What is known of some days that are not all loaded and final: nobody fetched them, they may still change, or they have not come yet. */
export type LoadState = "missing" | "partial" | "coming";

export const stateWords: Record<LoadState, string> = { missing: "not loaded", partial: "may still change", coming: "still to come" };

export type Loaded = Pick<MetricsMeta, "from" | "to" | "tz" | "missingDays" | "partialDays" | "comingDays">;

/** The local days of a bucket, within its period. */
function daysOf(bucket: string, by: TimeBucket, { from, to }: Loaded): { from: string; to: string } {
  const first = by === "month" ? `${bucket}-01` : bucket.slice(0, 10);
  const last = by === "month" ? endOfMonth(first) : by === "week" ? addDays(first, 6) : first;
  return { from: first < from ? from : first, to: last > to ? to : last };
}

/** What is known of each bucket of an answer's time: nothing is said of one that is loaded and final. */
export function bucketStates(meta: Loaded | undefined, buckets: string[], by: TimeBucket): Map<string, LoadState> {
  const states = new Map<string, LoadState>();
  if (!meta || meta.missingDays.length + meta.partialDays.length + meta.comingDays.length === 0 || !isZone(meta.tz)) return states;
  const [missing, partial, coming] = [new Set(meta.missingDays), new Set(meta.partialDays), new Set(meta.comingDays)];
  for (const bucket of buckets) {
    const days = daysOf(bucket, by, meta);
    if (!isDay(days.from) || !isDay(days.to) || days.from > days.to) continue;
    const utc = utcDaysOf({ ...days, tz: meta.tz });
    const unknown = utc.filter((day) => missing.has(day) || coming.has(day));
    if (utc.every((day) => coming.has(day))) states.set(bucket, "coming");
    // A day of which a part is not loaded is told as not loaded; a week or month of which some days are, as one that will change.
    else if (unknown.length === utc.length || (unknown.some((day) => missing.has(day)) && (by === "day" || by === "hour"))) states.set(bucket, "missing");
    else if (unknown.length > 0 || utc.some((day) => partial.has(day))) states.set(bucket, "partial");
  }
  return states;
}

/** Why two periods cannot be held against each other, in words; null where every day of both is loaded. */
export function whyNotCompared(now: Loaded | undefined, before: Loaded | undefined): string | null {
  if (!now || !before) return null;
  const days = (count: number, one: string, many: string) => (count === 1 ? one : `${count} ${many}`);
  if (now.missingDays.length > 0) return `${days(now.missingDays.length, "a day of the period is", "days of the period are")} not loaded`;
  const gaps = before.missingDays.length;
  if (gaps > 0) return `${days(gaps, "a day that it would be compared with is", "days that it would be compared with are")} not loaded`;
  if (now.comingDays.length > 0) return `${days(now.comingDays.length, "a day of the period is", "days of the period are")} still to come`;
  return null;
}
