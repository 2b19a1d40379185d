"use client";

import { useSearchParams } from "next/navigation";
import { dimensions, type FilterName } from "@/lib/metrics/dimensions";
import { bucketStates } from "@/lib/metrics/known";
import { measures, whyNoSum } from "@/lib/metrics/measures";
import { nameOf } from "@/lib/names";
import { bucketsOf, weekdayOf } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { HeatMap } from "../charts/heat-map";
import { Legend } from "../charts/legend";
import { TimeChart } from "../charts/time-chart";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor, compareWith, periodOf } from "../data/over-time";
import { RoomName } from "../data/room-name";
import { seriesFor } from "../data/series-for";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import type { MetricsSpec } from "../filters/view";
import { BadShare } from "../overview/top-tables";
import { pick, Table } from "../ui/table";
import { Choice } from "./choice";
import { heatSpec, shownMeasures, usageChoice, usageMeasures, usageOverTime, usageSplits } from "./queries";

/** Usage over time by any dimension, the dimension's table, and the rhythm of the week. Measure and split are in the address. */
export function Usage() {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const { measure, split, canSplit } = usageChoice(search);
  const by = bucketFor(view.from, view.to);
  const overSpec = usageOverTime(view, search);
  const over = useMetrics(overSpec);
  const tableSpec: MetricsSpec = { measures: shownMeasures, by: [split ?? "room"], order: `-${measure}`, limit: 50 };
  const table = useMetrics(tableSpec);
  const { unit, label } = measures[measure];
  const rows = over.data?.rows ?? [];
  const buckets = bucketsOf(view, by);
  const { series, points } = seriesFor(rows, {
    states: bucketStates(over.data?.meta, buckets, by),
    buckets,
    time: by,
    split: canSplit ? split : null,
    measure,
    label,
    names: over.data?.meta.names ?? {},
    canAdd: canSplit,
  });
  const compared = compareWith(points, over.data?.previous, by, measure, format);
  return (
    <>
      <ReportHead title="Usage" />
      <Completeness meta={over.data?.meta} />
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <Choice
          label="Show"
          name="show"
          value={measure}
          options={usageMeasures.map((name) => [name, measures[name].label])}
          onPick={(show) => change({ show })}
        />
        <Choice
          label="Split by"
          name="split"
          value={split ?? ""}
          options={[["", "nothing"], ...usageSplits.map((name): [string, string] => [name, dimensions[name].label])]}
          onPick={(name) => change({ split: name === "" ? null : name })}
        />
      </div>
      <MetricsPanel
        spec={overSpec}
        title={`${label} by ${by}`}
        legend={<Legend series={series.length > 1 ? series : []} dashed={compared} points={points} />}
        note={split && !canSplit ? `${label} of different groups do not add up, so the chart is not split; the table is.` : undefined}
        query={over}
        empty={rows.length === 0 && "No calls in this period. Choose other days or remove a filter."}
        minHeight={260}
        table={
          <ChartTable
            caption={`${label} by ${by}`}
            points={points}
            series={series}
            formatX={format.bucket}
            formatY={(value) => format.figure(value, unit)}
            previous={compared}
          />
        }
      >
        <TimeChart
          points={points}
          series={series}
          form={canSplit ? "bars" : "lines"}
          height={260}
          label={`${label} by ${by}`}
          formatX={format.bucket}
          formatLongX={(x) => (by === "day" ? `${format.longDay(x)} (${view.tz})` : format.bucket(x))}
          formatY={(value) => format.figure(value, unit)}
          {...format.axis(unit)}
          total="Total"
          compared={compared}
          onPick={(from, to) => change(periodOf(from, to, by, view.to))}
        />
      </MetricsPanel>
      <div className="grid gap-3 xl:grid-cols-2">
        <ByDimension split={split ?? "room"} query={table} spec={tableSpec} />
        <Rhythm />
      </div>
      <Basis meta={over.data?.meta} />
    </>
  );
}

function ByDimension({ split, query, spec }: { split: FilterName; query: ReturnType<typeof useMetrics>; spec: MetricsSpec }) {
  const { change } = useView();
  const format = useFormat();
  const rows = query.data?.rows ?? [];
  const groups = query.data?.meta.groups ?? 0;
  const value = (row: MetricsRow) => (row[split] === null ? "" : String(row[split]));
  return (
    <MetricsPanel
      spec={spec}
      picture={false}
      title={`By ${dimensions[split].label.toLowerCase()}`}
      note={groups > rows.length ? `top ${rows.length} of ${format.whole(groups)}` : undefined}
      query={query}
      empty={rows.length === 0 && "No calls in this period."}
      minHeight={240}
    >
      <div className="max-h-[420px] overflow-y-auto">
        <Table
          caption={`Usage by ${dimensions[split].label.toLowerCase()}`}
          rows={rows}
          rowKey={value}
          onRow={(row) => change({ [split]: value(row) })}
          columns={[
            {
              key: "name",
              label: dimensions[split].label,
              className: "max-w-44",
              cell: (row) => (
                <button type="button" className={pick} onClick={() => change({ [split]: value(row) })}>
                  {split === "room" ? <RoomName id={value(row) || null} name={nameOf(query.data?.meta.names, value(row))} /> : value(row) || "none"}
                </button>
              ),
            },
            { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
            { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
            { key: "conferences", label: "Conferences", numeric: true, cell: (row) => format.figure(row.conferences, "count") },
            { key: "people", label: "People", numeric: true, cell: (row) => format.figure(row.people, "count") },
            { key: "peak", label: "Peak", numeric: true, cell: (row) => format.figure(row.peak_concurrent, "count") },
            { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
          ]}
        />
      </div>
      <p className="mt-2 text-xs text-faint">{whyNoSum(shownMeasures)}</p>
    </MetricsPanel>
  );
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((name) => ({ key: name, label: name, name }));
const hoursOfDay = Array.from({ length: 24 }, (_, hour) => ({ key: String(hour), label: hour % 3 === 0 ? String(hour) : "", name: `${hour}:00` }));

/** Calls by weekday and hour, summed over the period. */
function Rhythm() {
  const hours = useMetrics(heatSpec);
  const { view } = useView();
  const format = useFormat();
  const values = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  for (const row of hours.data?.rows ?? []) {
    const text = String(row.hour);
    const day = values[weekdayOf(text.slice(0, 10))] as number[];
    const hour = Number(text.slice(11, 13));
    day[hour] = (day[hour] ?? 0) + Number(row.calls);
  }
  const isEmpty = hours.data?.rows.length === 0;
  return (
    <MetricsPanel
      spec={heatSpec}
      title="Rhythm of the week"
      note={`calls by weekday and hour (${view.tz})`}
      query={hours}
      empty={isEmpty && "No calls in this period."}
      minHeight={240}
    >
      <HeatMap rows={weekdays} columns={hoursOfDay} values={values} format={(value) => `${format.whole(value)} calls`} caption="Calls by weekday and hour" />
    </MetricsPanel>
  );
}
