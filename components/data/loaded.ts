import type { LoadState } from "@/lib/metrics/known";
import type { Point } from "../charts/series";
import type { MetricsMeta } from "./use-metrics";

/** Points that say what is known of them. Zeros of days that nobody fetched are no values. */
export function withStates(points: Point[], states: Map<string, LoadState>): Point[] {
  if (states.size === 0) return points;
  return points.map((point) => {
    const state = states.get(point.x);
    if (!state) return point;
    const values =
      state === "partial" ? point : Object.fromEntries(Object.entries(point).filter(([key, value]) => key === "x" || key === "previous" || value !== 0));
    return { ...values, x: point.x, state };
  });
}

/** What a panel says where it has nothing to show: that is something else when nobody has fetched the days. */
export function emptyWords(meta: Pick<MetricsMeta, "notLoaded" | "missingDays"> | undefined, words: string | false | undefined): string | false | undefined {
  if (meta?.notLoaded) return "Not loaded: nobody has fetched these days yet.";
  if (!words || !meta || meta.missingDays.length === 0) return words;
  return `${words} ${meta.missingDays.length === 1 ? "One day is" : `${meta.missingDays.length} days are`} not loaded.`;
}
