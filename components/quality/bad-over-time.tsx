"use client";

import { ChartTable } from "../charts/chart-table";
import type { Point } from "../charts/series";
import { TimeChart } from "../charts/time-chart";
import { useFormat } from "../data/format";
import { bucketsOf, periodOf, type TimeBucket } from "../data/over-time";
import type { MetricsRow } from "../data/use-metrics";
import { useView } from "../filters/use-view";

const series = [{ key: "bad", label: "Rated Bad", color: "var(--series-bad)" }];

/** The points of bad share over time. A bucket without rated calls has no value, rather than zero. */
export function badPoints(from: string, to: string, by: TimeBucket, rows: MetricsRow[]): Point[] {
  const values = new Map(rows.map((row) => [row[by], row.bad_share]));
  return bucketsOf(from, to, by).map((x) => {
    const value = values.get(x);
    return { x, bad: typeof value === "number" ? value : null };
  });
}

export function BadOverTimeChart({ points, by, height }: { points: Point[]; by: TimeBucket; height: number }) {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  return (
    <TimeChart
      points={points}
      series={series}
      form="area"
      height={height}
      label="Share of rated calls that were Bad, over time"
      formatX={format.bucket}
      formatLongX={(x) => (by === "day" ? format.longDay(x) : format.bucket(x))}
      formatY={(value) => format.percent(value)}
      {...format.axis("share")}
      onPick={(from, to) => change(periodOf(from, to, by, view.to))}
    />
  );
}

export function BadOverTimeTable({ points }: { points: Point[] }) {
  const format = useFormat();
  return (
    <ChartTable
      caption="Share of rated calls that were Bad"
      points={points}
      series={series}
      formatX={format.bucket}
      formatY={(value) => format.percent(value)}
    />
  );
}
