import { adds, type MeasureName } from "@/lib/metrics/measures";
import { own } from "@/lib/names";
import { addDays, bucketsOf, daysBetween, endOfMonth, isDay, type TimeBucket } from "@/lib/time";
import type { Point } from "../charts/series";
import type { Format } from "./format";
import type { MetricsAnswer, MetricsRow } from "./use-metrics";

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

/**
 * Gives each point the value of the day, week or month that has its place in the period compared with: the first beside the first.
 * The answer is which days these are; none where some of them are not loaded.
 */
export function compareWith(points: Point[], before: MetricsAnswer["previous"], by: TimeBucket, measure: MeasureName, format: Format): string | undefined {
  if (!before || before.meta.missingDays.length > 0) return undefined;
  const values = new Map(before.rows.map((row) => [row[by], row[measure]]));
  for (const [index, bucket] of bucketsOf(before.meta, by).entries()) {
    const point = points[index];
    const value = values.get(bucket);
    if (point) point.previous = typeof value === "number" ? value : adds(measure) ? 0 : null;
  }
  return format.period(before.meta.from, before.meta.to);
}

/** Points with one value of `measure` per series, from rows by time and one further dimension. */
export function stack(buckets: string[], rows: MetricsRow[], time: string, seriesOf: (row: MetricsRow) => string | null, measure: string): Point[] {
  const points = new Map(buckets.map((x) => [x, new Map<string, number>()]));
  for (const row of rows) {
    const point = points.get(String(own(row, time)));
    const key = seriesOf(row);
    if (point && key !== null) point.set(key, (point.get(key) ?? 0) + (Number(own(row, measure)) || 0));
  }
  return [...points].map(([x, values]) => ({ ...Object.fromEntries(values), x }));
}
