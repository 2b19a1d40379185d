"use client";

import { useSearchParams } from "next/navigation";
import { bucketStates } from "@/lib/metrics/known";
import type { MeasureName } from "@/lib/metrics/measures";
import { own } from "@/lib/names";
import { bucketsOf, type TimeBucket } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { Legend } from "../charts/legend";
import type { Point } from "../charts/series";
import { TimeChart } from "../charts/time-chart";
import { useFormat } from "../data/format";
import { withStates } from "../data/loaded";
import { MetricsPanel } from "../data/metrics-panel";
import { periodOf } from "../data/over-time";
import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { Choice } from "../usage/choice";

const streams = [
  ["receive_video", "received video"],
  ["receive_audio", "received audio"],
  ["receive_sharing", "received screen share"],
  ["send_video", "sent video"],
  ["send_audio", "sent audio"],
  ["send_sharing", "sent screen share"],
] as const;
type StreamName = (typeof streams)[number][0];

const series = [
  { key: "p95", label: "95th percentile", color: "var(--series-2)" },
  { key: "p50", label: "median", color: "var(--series-1)" },
];

/** Median and 95th percentile of one stream's bit rate over time. */
export function BitrateChart({ by }: { by: TimeBucket }) {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const stream: StreamName = streams.find(([name]) => name === search.get("stream"))?.[0] ?? "receive_video";
  const [p50, p95]: MeasureName[] = [`${stream}_bitrate_p50`, `${stream}_bitrate_p95`];
  const spec = { measures: [p50 as MeasureName, p95 as MeasureName], by: [by] };
  const query = useMetrics(spec);
  const byTime = new Map(query.data?.rows.map((row) => [row[by], row]));
  const buckets = bucketsOf(view, by);
  const values = buckets.map((x): Point => {
    const row = byTime.get(x);
    return { x, p50: (own(row, p50 as string) as number | null | undefined) ?? null, p95: (own(row, p95 as string) as number | null | undefined) ?? null };
  });
  const points = withStates(values, bucketStates(query.data?.meta, buckets, by));
  const bitrate = (value: number) => format.figure(value, "bitrate");
  return (
    <MetricsPanel
      spec={spec}
      title="Bit rate, kb/s"
      legend={<Legend series={series} points={points} />}
      note={<Choice label="Of" name="stream" value={stream} options={streams} onPick={(name) => change({ stream: name === "receive_video" ? null : name })} />}
      query={query}
      empty={!points.some(({ p50: value }) => typeof value === "number") && "No bit rates of this stream in this period."}
      minHeight={250}
      table={<ChartTable caption="Bit rate over time" points={points} series={series} formatX={format.bucket} formatY={bitrate} />}
    >
      <TimeChart
        points={points}
        series={series}
        form="lines"
        height={250}
        label="Bit rate over time"
        formatX={format.bucket}
        formatLongX={format.bucket}
        formatY={bitrate}
        formatTick={(value) => format.compact(value / 1000)}
        onPick={(from, to) => change(periodOf(from, to, by, view.to))}
      />
    </MetricsPanel>
  );
}
