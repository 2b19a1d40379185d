"use client";

import { daysBetween } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { Legend } from "../charts/legend";
import { TimeChart } from "../charts/time-chart";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketsOf, stack } from "../data/over-time";
import { roleGroup, roleSeries } from "../data/roles";
import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { overviewQueries } from "./queries";

/** Billed minutes per day, stacked by role, with the period before as a dashed line. A click on a day narrows to it. */
export function MinutesByDay() {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const byRole = useMetrics(overviewQueries.byRole);
  const before = useMetrics(overviewQueries.before);
  const rows = byRole.data?.rows ?? [];
  const series = roleSeries(rows);
  const points = stack(bucketsOf(view.from, view.to, "day"), rows, "day", roleGroup, "billed_minutes");
  const previous = before.data?.previous;
  if (previous && previous.meta.missingDays.length === 0 && view.compare) {
    const days = daysBetween(previous.meta.from, previous.meta.to);
    const byDay = new Map(previous.rows.map((row) => [row.day, Number(row.billed_minutes)]));
    for (const [index, point] of points.entries()) point.previous = byDay.get(days[index]) ?? 0;
  }
  const hasPrevious = points.some((point) => point.previous !== undefined);
  const minutes = (value: number) => `${format.figure(value, "minutes")} min`;
  return (
    <MetricsPanel
      spec={overviewQueries.byRole}
      title="Billed connect minutes per day"
      legend={<Legend series={series} dashed={hasPrevious ? "Previous period" : undefined} />}
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
          previous={hasPrevious}
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
        onPick={(from, to) => change({ from, to })}
      />
    </MetricsPanel>
  );
}
