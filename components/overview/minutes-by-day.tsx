"use client";

import { bucketStates } from "@/lib/metrics/known";
import { bucketsOf } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { Legend } from "../charts/legend";
import { TimeChart } from "../charts/time-chart";
import { useFormat } from "../data/format";
import { withStates } from "../data/loaded";
import { MetricsPanel } from "../data/metrics-panel";
import { compareWith, stack } from "../data/over-time";
import { roleGroup, roleSeries } from "../data/roles";
import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { overviewQueries } from "./queries";

/** Billed minutes per day, stacked by role, with the days that they are compared with as a dashed line. A click on a day narrows to it. */
export function MinutesByDay() {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const byRole = useMetrics(overviewQueries.byRole);
  const before = useMetrics(overviewQueries.before);
  const rows = byRole.data?.rows ?? [];
  const series = roleSeries(rows);
  const days = bucketsOf(view, "day");
  const points = withStates(stack(days, rows, "day", roleGroup, "billed_minutes"), bucketStates(byRole.data?.meta, days, "day"));
  const compared = compareWith(points, before.data?.previous, "day", "billed_minutes", format);
  const minutes = (value: number) => `${format.figure(value, "minutes")} min`;
  return (
    <MetricsPanel
      spec={overviewQueries.byRole}
      title="Billed connect minutes per day"
      legend={<Legend series={series} dashed={compared} points={points} />}
      query={byRole}
      empty={rows.length === 0 && "No calls in this period. Choose other days or remove a filter."}
      minHeight={236}
      table={
        <ChartTable
          caption="Billed connect minutes per day"
          points={points}
          series={series}
          formatX={format.longDay}
          formatY={(value) => format.figure(value, "minutes")}
          previous={compared}
        />
      }
    >
      <TimeChart
        points={points}
        series={series}
        form="bars"
        height={236}
        label="Billed connect minutes per day, by role"
        formatX={format.day}
        formatLongX={(day) => `${format.longDay(day)} (${view.tz})`}
        formatY={minutes}
        {...format.axis("minutes")}
        total="Total"
        compared={compared}
        onPick={(from, to) => change({ from, to })}
      />
    </MetricsPanel>
  );
}
