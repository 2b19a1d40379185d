"use client";

import { Bars } from "../charts/bars";
import { SplitBar } from "../charts/split-bar";
import { useFormat } from "../data/format";
import type { MetricsRow } from "../data/use-metrics";
import { useView } from "../filters/use-view";

const shown = [
  ["audio", "Audio", "var(--series-1)"],
  ["video", "Video", "var(--series-6)"],
  ["screen", "Screen", "var(--series-5)"],
  ["data", "Data", "var(--series-4)"],
  ["url", "URL", "var(--series-3)"],
] as const;

/** The share of calls that published each track. */
export function TrackBars({ totals }: { totals: MetricsRow }) {
  const format = useFormat();
  return (
    <Bars
      labelWidth={56}
      rows={shown.map(([track, label, color]) => ({
        key: track,
        label,
        color,
        share: Number(totals[`${track}_share`]) || 0,
        value: format.figure(totals[`${track}_share`], "share"),
      }))}
    />
  );
}

/** In which combinations tracks were published; the small ones are summed up. A click filters. */
export function Combinations({ rows, calls }: { rows: MetricsRow[]; calls: number }) {
  const format = useFormat();
  const { change } = useView();
  const named = rows.slice(0, 5);
  const rest = calls - named.reduce((sum, row) => sum + Number(row.calls), 0);
  const parts = named.map((row) => {
    const name = String(row.track_combination);
    return {
      key: name,
      label: name.replaceAll("+", " + "),
      share: Number(row.calls) / calls,
      text: format.percent(Number(row.calls) / calls),
      onPick: () => change({ track_combination: name }),
    };
  });
  const others = rest > 0 ? [{ key: "others", label: "others", share: rest / calls, text: format.percent(rest / calls) }] : [];
  return <SplitBar parts={[...parts, ...others]} />;
}
