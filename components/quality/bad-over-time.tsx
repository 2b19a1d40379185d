"use client";

import { bucketStates } from "@/lib/metrics/known";
import type { Period } from "@/lib/time";
import { bucketsOf, type TimeBucket } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import type { Point } from "../charts/series";
import { TimeChart } from "../charts/time-chart";
import { useFormat } from "../data/format";
import { withStates } from "../data/loaded";
import { periodOf } from "../data/over-time";
import type { MetricsAnswer } from "../data/use-metrics";
import { useView } from "../filters/use-view";

const series = [{ key: "bad", label: "Rated Bad", color: "var(--series-bad)" }];

/** The points of bad share over time. A bucket without rated calls has no value, rather than zero. */
export function badPoints(period: Period, by: TimeBucket, answer: MetricsAnswer | undefined): Point[] {
  const values = new Map(answer?.rows.map((row) => [row[by], row.bad_share]));
  const buckets = bucketsOf(period, by);
  const points = buckets.map((x): Point => {
    const value = values.get(x);
    return { x, bad: typeof value === "number" ? value : null };
  });
  return withStates(points, bucketStates(answer?.meta, buckets, by));
}

export function BadOverTimeChart({ points, by, height, compared }: { points: Point[]; by: TimeBucket; height: number; compared?: string | undefined }) {
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
      compared={compared}
      onPick={(from, to) => change(periodOf(from, to, by, view.to))}
    />
  );
}

export function BadOverTimeTable({ points, compared }: { points: Point[]; compared?: string | undefined }) {
  const format = useFormat();
  return (
    <ChartTable
      caption="Share of rated calls that were Bad"
      points={points}
      series={series}
      formatX={format.bucket}
      formatY={(value) => format.percent(value)}
      previous={compared}
    />
  );
}
