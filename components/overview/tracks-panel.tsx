"use client";

import { MetricsPanel } from "../data/metrics-panel";
import { useMetrics } from "../data/use-metrics";
import { Combinations, TrackBars } from "../tracks/track-bars";
import { overviewQueries } from "./queries";

export function TracksPanel() {
  const tracks = useMetrics(overviewQueries.tracks);
  const combinations = useMetrics(overviewQueries.combinations);
  const calls = Number(tracks.data?.totals.calls ?? 0);
  return (
    <MetricsPanel
      spec={overviewQueries.tracks}
      title="Published tracks"
      note="share of calls that published each"
      query={tracks}
      empty={calls === 0 && "No calls in this period."}
      minHeight={262}
    >
      {tracks.data && <TrackBars totals={tracks.data.totals} />}
      <h3 className="mt-5 mb-2 text-xs text-faint">Combinations</h3>
      <div className="min-h-14">{combinations.data && <Combinations rows={combinations.data.rows} calls={calls} />}</div>
    </MetricsPanel>
  );
}
