import type { LoadState } from "@/lib/metrics/known";
import { nameOf, own } from "@/lib/names";
import { type Point, palette, type Series } from "../charts/series";
import { withStates } from "./loaded";
import { stack } from "./over-time";
import type { MetricsRow } from "./use-metrics";

const rest = "·rest";
const mostSeries = 5;

/**
 * The series and points of a chart over time, split by a dimension or not. The five largest groups are series of their own.
 * Where groups add up everything else is one more, so that nothing is left out of the sum; where they do not, it is left out
 * and the table has it.
 */
export function seriesFor(
  rows: MetricsRow[],
  spec: {
    states: Map<string, LoadState>;
    buckets: string[];
    time: string;
    split: string | null;
    measure: string;
    label: string;
    names: Record<string, string>;
    canAdd: boolean;
  },
): { series: Series[]; points: Point[] } {
  const { states, buckets, time, split, measure, label, names, canAdd } = spec;
  if (!split) {
    const values = new Map(rows.map((row) => [String(own(row, time)), own(row, measure)]));
    // A share of nothing is no point; a sum of nothing is zero.
    const points = buckets.map((x): Point => ({ x, value: (values.get(x) as number | null | undefined) ?? (canAdd ? 0 : null) }));
    return { series: [{ key: "value", label, color: palette[0] as string }], points: withStates(points, states) };
  }
  const sums = new Map<string, number>();
  const groupOf = (row: MetricsRow) => String(own(row, split));
  for (const row of rows) sums.set(groupOf(row), (sums.get(groupOf(row)) ?? 0) + (Number(own(row, measure)) || 0));
  const top = [...sums.entries()].sort((a, b) => b[1] - a[1]).slice(0, mostSeries);
  const keys = new Set(top.map(([key]) => key));
  const series: Series[] = top.map(([key], index) => ({
    key: `s:${key}`,
    label: key === "null" ? "none" : (nameOf(names, key) ?? key),
    color: palette[index] as string,
  }));
  if (canAdd && sums.size > top.length) series.push({ key: rest, label: `${sums.size - top.length} others`, color: palette[5] as string });
  const seriesOf = (row: MetricsRow) => (keys.has(groupOf(row)) ? `s:${groupOf(row)}` : canAdd ? rest : null);
  const points = stack(buckets, canAdd ? rows : rows.filter((row) => typeof own(row, measure) === "number"), time, seriesOf, measure);
  return { series, points: withStates(points, states) };
}
