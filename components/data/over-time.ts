import { addDays, daysBetween, endOfMonth, isDay, mondayOf } from "@/lib/time";
import type { Point } from "../charts/series";
import type { MetricsRow } from "./use-metrics";

export type TimeBucket = "hour" | "day" | "week" | "month";

/** Every bucket of a period, so that one without calls shows as a gap in the bars and not as its neighbours moved together. */
export function bucketsOf(from: string, to: string, by: TimeBucket): string[] {
  if (!isDay(from) || !isDay(to)) return [];
  const days = daysBetween(from, to);
  if (by === "day") return days;
  if (by === "week") return [...new Set(days.map(mondayOf))];
  if (by === "month") return [...new Set(days.map((day) => day.slice(0, 7)))];
  return days.flatMap((day) => Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, "0")}:00`));
}

/** How fine a period is shown: hours up to two days, days up to a quarter, then weeks, then months. */
export function bucketFor(from: string, to: string): TimeBucket {
  if (!isDay(from) || !isDay(to)) return "day";
  const length = daysBetween(from, to).length;
  return length <= 2 ? "hour" : length <= 100 ? "day" : length <= 800 ? "week" : "month";
}

/** The days from one bucket to another, within a period that ends with `end`. */
export function periodOf(first: string, last: string, by: TimeBucket, end: string): { from: string; to: string } {
  const to = by === "week" ? addDays(last, 6) : by === "month" ? endOfMonth(`${last}-01`) : last.slice(0, 10);
  return { from: first.length === 7 ? `${first}-01` : first.slice(0, 10), to: to < end ? to : end };
}

/** Points with one value of `measure` per series, from rows by time and one further dimension. */
export function stack(buckets: string[], rows: MetricsRow[], time: string, seriesOf: (row: MetricsRow) => string | null, measure: string): Point[] {
  const points = new Map(buckets.map((x): [string, Point] => [x, { x }]));
  for (const row of rows) {
    const point = points.get(String(row[time]));
    const key = seriesOf(row);
    if (point && key !== null) point[key] = (Number(point[key]) || 0) + (Number(row[measure]) || 0);
  }
  return [...points.values()];
}
