"use client";

import { bucketStates } from "@/lib/metrics/known";
import { own } from "@/lib/names";
import { bucketsOf } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { Legend } from "../charts/legend";
import type { Point } from "../charts/series";
import { TimeChart } from "../charts/time-chart";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { withStates } from "../data/loaded";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor, periodOf } from "../data/over-time";
import { useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { BadShare } from "../overview/top-tables";
import { pick, Table } from "../ui/table";
import { tracksOverTime, tracksQueries } from "./queries";
import { Combinations, TrackBars } from "./track-bars";

const shareSeries = [
  { key: "audio_share", label: "Audio", color: "var(--series-1)" },
  { key: "video_share", label: "Video", color: "var(--series-6)" },
  { key: "screen_share", label: "Screen", color: "var(--series-5)" },
  { key: "data_share", label: "Data", color: "var(--series-4)" },
  { key: "url_share", label: "URL", color: "var(--series-3)" },
];
const screenSeries = [{ key: "screen_seconds", label: "Screen-share time", color: "var(--series-5)" }];

/** What people published, in which combinations, by role and over time, and how long screens were shared. */
export function Tracks() {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const by = bucketFor(view.from, view.to);
  const totals = useMetrics(tracksQueries.totals);
  const roles = useMetrics(tracksQueries.byRole);
  const combinations = useMetrics(tracksQueries.combinations);
  const overSpec = tracksOverTime(view);
  const over = useMetrics(overSpec);
  const byTime = new Map(over.data?.rows.map((row) => [row[by], row]));
  const buckets = bucketsOf(view, by);
  const states = bucketStates(over.data?.meta, buckets, by);
  const points = withStates(
    buckets.map((x) => ({ ...byTime.get(x), x }) as Point),
    states,
  );
  const calls = Number(totals.data?.totals.calls ?? 0);
  const none = calls === 0 && "No calls in this period.";
  const pickTime = (from: string, to: string) => change(periodOf(from, to, by, view.to));
  const share = (value: number) => format.percent(value);
  const long = (x: string) => (by === "day" ? format.longDay(x) : format.bucket(x));
  return (
    <>
      <ReportHead title="Tracks" />
      <Completeness meta={totals.data?.meta} />
      <div className="grid gap-3 lg:grid-cols-2">
        <MetricsPanel
          spec={tracksQueries.totals}
          title="Published tracks"
          note="share of calls that published each"
          query={totals}
          empty={none}
          minHeight={170}
        >
          {totals.data && <TrackBars totals={totals.data.totals} />}
        </MetricsPanel>
        <MetricsPanel
          spec={tracksQueries.combinations}
          title="Combinations"
          note={totals.data?.meta.notLoaded ? undefined : `${format.whole(calls)} calls`}
          query={combinations}
          empty={none}
          minHeight={170}
        >
          {combinations.data && <Combinations rows={combinations.data.rows} calls={Math.max(1, calls)} />}
          <div className="mt-3 max-h-56 overflow-y-auto">
            <Table
              caption="Combinations of published tracks"
              rows={combinations.data?.rows ?? []}
              rowKey={(row) => String(row.track_combination)}
              onRow={(row) => change({ track_combination: String(row.track_combination) })}
              columns={[
                {
                  key: "name",
                  label: "Tracks",
                  cell: (row) => (
                    <button type="button" className={pick} onClick={() => change({ track_combination: String(row.track_combination) })}>
                      {String(row.track_combination).replaceAll("+", " + ")}
                    </button>
                  ),
                },
                { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
                { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
                { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
              ]}
            />
          </div>
        </MetricsPanel>
      </div>
      <MetricsPanel
        spec={overSpec}
        title="Tracks over time"
        legend={<Legend series={shareSeries} points={points} />}
        query={over}
        empty={none}
        minHeight={220}
        table={<ChartTable caption="Share of calls that published each track" points={points} series={shareSeries} formatX={format.bucket} formatY={share} />}
      >
        <TimeChart
          points={points}
          series={shareSeries}
          form="lines"
          height={220}
          label="Share of calls that published each track, over time"
          formatX={format.bucket}
          formatLongX={long}
          formatY={share}
          {...format.axis("share")}
          onPick={pickTime}
        />
      </MetricsPanel>
      <div className="grid gap-3 lg:grid-cols-2">
        <MetricsPanel spec={tracksQueries.byRole} title="By role" query={roles} empty={none} minHeight={200}>
          <Table
            caption="Share of calls that published each track, by role"
            rows={roles.data?.rows ?? []}
            rowKey={(row) => String(row.role)}
            onRow={(row) => change({ role: row.role === null ? "" : String(row.role) })}
            columns={[
              {
                key: "role",
                label: "Role",
                cell: (row) => (
                  <button type="button" className={pick} onClick={() => change({ role: row.role === null ? "" : String(row.role) })}>
                    {row.role ?? "none"}
                  </button>
                ),
              },
              { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
              ...shareSeries.map(({ key, label }) => ({
                key,
                label,
                numeric: true,
                cell: (row: Record<string, unknown>) => format.figure(own(row, key) as number, "share"),
              })),
            ]}
          />
        </MetricsPanel>
        <MetricsPanel
          spec={overSpec}
          title="Screen-share time"
          note={
            totals.data &&
            !totals.data.meta.notLoaded &&
            `${format.figure(totals.data.totals.screen_seconds, "seconds")} in ${format.figure(totals.data.totals.screen_calls, "count")} calls`
          }
          legend={<Legend series={[]} points={points} />}
          query={over}
          empty={none}
          minHeight={200}
          table={<ChartTable caption="Screen-share time" points={points} series={screenSeries} formatX={format.bucket} formatY={format.duration} />}
        >
          <TimeChart
            points={points}
            series={screenSeries}
            form="bars"
            height={200}
            label="Screen-share time"
            formatX={format.bucket}
            formatLongX={long}
            formatY={format.duration}
            {...format.axis("seconds")}
            onPick={pickTime}
          />
        </MetricsPanel>
      </div>
      <Basis meta={totals.data?.meta} />
    </>
  );
}
