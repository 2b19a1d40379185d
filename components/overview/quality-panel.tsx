"use client";

import { Legend } from "../charts/legend";
import { MetricsPanel } from "../data/metrics-panel";
import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { BadOverTimeChart, BadOverTimeTable, badPoints } from "../quality/bad-over-time";
import { StreamMatrix } from "../quality/stream-matrix";
import { overviewQueries } from "./queries";

export function QualityPanel() {
  const { view } = useView();
  const daily = useMetrics(overviewQueries.daily);
  const streams = useMetrics(overviewQueries.streams);
  const points = badPoints(view, "day", daily.data);
  const hasRated = daily.data?.rows.some((row) => Number(row.rated_calls) > 0);
  return (
    <MetricsPanel
      spec={overviewQueries.daily}
      title="Call quality"
      note="share of rated calls that the service rated Bad"
      legend={<Legend series={[]} points={points} />}
      query={daily}
      empty={!hasRated && "No rated calls in this period."}
      minHeight={262}
      table={<BadOverTimeTable points={points} />}
    >
      <BadOverTimeChart points={points} by="day" height={132} />
      <div className="mt-2 min-h-[122px]">{streams.data && <StreamMatrix totals={streams.data.totals} />}</div>
    </MetricsPanel>
  );
}
