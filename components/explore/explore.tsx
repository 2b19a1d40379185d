"use client";

import { useSearchParams } from "next/navigation";
import { type DimensionName, dimensionNames, dimensionOf, type FilterName } from "@/lib/metrics/dimensions";
import { bucketStates } from "@/lib/metrics/known";
import { adds, type MeasureName, measureNames, measureOf, whyNoSum } from "@/lib/metrics/measures";
import { nameOf } from "@/lib/names";
import { bucketsOf, type TimeBucket } from "@/lib/time";
import { Bars } from "../charts/bars";
import { ChartTable } from "../charts/chart-table";
import { type HeatAxis, HeatMap } from "../charts/heat-map";
import { Legend } from "../charts/legend";
import { TimeChart } from "../charts/time-chart";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { periodOf } from "../data/over-time";
import { seriesFor } from "../data/series-for";
import { type MetricsAnswer, type MetricsRow, useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { Popover } from "../ui/popover";
import { pick, Table } from "../ui/table";
import { Choice } from "../usage/choice";

const forms = ["bars", "lines", "area", "heat", "table"] as const;
type Form = (typeof forms)[number];
const formWords: Record<Form, string> = { bars: "bars", lines: "lines", area: "area", heat: "heat map", table: "table" };
const usual: MeasureName[] = ["billed_minutes", "bad_share"];
const mostMeasures = 8;
/** A chart with more groups than this reads worse than its table. */
const mostBars = 30;
const mostTableRows = 2_000;

const isTime = (name: DimensionName | undefined): name is TimeBucket => name !== undefined && dimensionOf(name).kind === "time";

/** A measure's name; what is a share and what a count would else read alike. */
function titleOf(name: MeasureName): string {
  const { label, unit } = measureOf(name);
  return unit === "share" && !label.includes(":") ? `${label}, share` : label;
}

/** Any measures by up to two dimensions, as bars, lines, area, heat map or table. All of it is in the address. */
export function Explore() {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const asked = (search.get("show") ?? "").split(",").filter((name): name is MeasureName => (measureNames as string[]).includes(name));
  const shown = asked.length > 0 ? [...new Set(asked)].slice(0, mostMeasures) : usual;
  const askedBy = search.has("by") ? (search.get("by") ?? "").split(",") : ["day"];
  const by = [...new Set(askedBy.filter((name): name is DimensionName => (dimensionNames as string[]).includes(name)))].slice(0, 2);
  // Time comes first, so that it is the axis that points go along.
  const ordered = [...by].sort((a, b) => Number(isTime(b)) - Number(isTime(a)));
  const possible = forms.filter((form) =>
    form === "heat" ? by.length === 2 : form === "lines" || form === "area" ? isTime(ordered[0]) : form === "table" || by.length > 0,
  );
  const askedForm = search.get("form") as Form;
  const form: Form = possible.includes(askedForm) ? askedForm : (possible[0] ?? "table");
  const answer = useMetrics({
    measures: shown,
    by: ordered,
    ...(ordered.some(isTime) ? {} : ordered.length > 0 ? { order: `-${shown[0]}` } : {}),
    ...(form === "table" && ordered.length > 0 ? { limit: mostTableRows } : {}),
  });
  const setBy = (place: number, name: string) => {
    const next = [...by];
    if (name === "") next.splice(place, 1);
    else next[place] = name as DimensionName;
    change({ by: [...new Set(next)].join(",") });
  };
  const options = (own: DimensionName | undefined, other: DimensionName | undefined): [string, string][] => [
    ["", "nothing"],
    ...dimensionNames
      .filter((name) => name === own || (name !== other && !(isTime(other) && isTime(name))))
      .map((name): [string, string] => [name, dimensionOf(name).label]),
  ];
  const isEmpty = answer.data !== undefined && (ordered.length > 0 ? answer.data.rows.length === 0 : Number(answer.data.totals.calls ?? 1) === 0);
  return (
    <>
      <ReportHead title="Explore" />
      <Completeness meta={answer.data?.meta} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <MeasureChooser shown={shown} onChange={(next) => change({ show: next.join(",") })} />
        <Choice label="By" name="by" value={by[0] ?? ""} options={options(by[0], by[1])} onPick={(name) => setBy(0, name)} />
        {by.length > 0 && <Choice label="and" name="by2" value={by[1] ?? ""} options={options(by[1], by[0])} onPick={(name) => setBy(1, name)} />}
        <Choice label="As" name="form" value={form} options={possible.map((name) => [name, formWords[name]])} onPick={(name) => change({ form: name })} />
      </div>
      {form !== "table" && answer.data && answer.data.meta.groups > answer.data.rows.length && (
        <Notice tone="warn">
          The charts hold the first {format.whole(answer.data.rows.length)} of {format.whole(answer.data.meta.groups)} groups. A shorter period or a filter
          shows the others.
        </Notice>
      )}
      {form === "table" || !answer.data || isEmpty ? (
        <MetricsPanel
          spec={{ measures: shown, by: ordered }}
          picture={false}
          title={shown.map(titleOf).join(", ")}
          query={answer}
          empty={isEmpty && "No calls in this period."}
          minHeight={280}
        >
          {answer.data && <ExploreTable answer={answer.data} shown={shown} by={ordered} />}
        </MetricsPanel>
      ) : (
        shown.map((measure) => <MeasurePanel key={measure} answer={answer} data={answer.data as MetricsAnswer} measure={measure} by={ordered} form={form} />)
      )}
      <Basis meta={answer.data?.meta} />
    </>
  );
}

function MeasureChooser({ shown, onChange }: { shown: MeasureName[]; onChange: (shown: MeasureName[]) => void }) {
  const toggle = (name: MeasureName) => {
    const next = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name];
    if (next.length > 0 && next.length <= mostMeasures) onChange(next);
  };
  return (
    <Popover
      trigger={
        <Button>
          Show: <b className="inline-block max-w-56 truncate font-semibold">{shown.map(titleOf).join(", ")}</b>
        </Button>
      }
    >
      <ul className="grid max-h-[60vh] w-80 max-w-full gap-0.5 overflow-auto p-1">
        {measureNames
          .filter((name) => measureOf(name).unit !== "instant")
          .map((name) => (
            <li key={name}>
              <label className="flex items-center gap-2 rounded px-1 py-1 hover:bg-sunken">
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  disabled={!shown.includes(name) && shown.length >= mostMeasures}
                  onChange={() => toggle(name)}
                />
                {titleOf(name)}
              </label>
            </li>
          ))}
      </ul>
    </Popover>
  );
}

/** A group's value in words. */
function tellValue(name: DimensionName, value: MetricsRow[string], names: Record<string, string>, format: ReturnType<typeof useFormat>): string {
  if (isTime(name)) return format.bucket(String(value));
  if (value === null || value === undefined) return "none";
  if (name === "sip") return value ? "SIP" : "not SIP";
  return nameOf(names, value) ?? String(value);
}

/** Narrows the view to a row's groups. */
function usePick(by: DimensionName[]) {
  const { view, change } = useView();
  return (row: MetricsRow) => {
    const changes = by.map((name): [string, string][] => {
      const value = row[name];
      if (!isTime(name)) return [[name, value === null || value === undefined ? "" : String(value)]];
      return Object.entries(periodOf(String(value), String(value), name, view.to));
    });
    change(Object.fromEntries(changes.flat()));
  };
}

function ExploreTable({ answer, shown, by }: { answer: MetricsAnswer; shown: MeasureName[]; by: DimensionName[] }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const pickRow = usePick(by);
  const { groups, names } = answer.meta;
  const rows = by.length > 0 ? answer.rows : [answer.totals];
  return (
    <div className="max-h-[640px] overflow-y-auto">
      <Table
        caption="Explored figures"
        rows={rows}
        rowKey={(row) => JSON.stringify(by.map((name) => row[name]))}
        columns={[
          ...by.map((name, index) => ({
            key: name,
            label: dimensionOf(name).label,
            className: "max-w-56",
            cell: (row: MetricsRow) =>
              index === 0 ? (
                <button type="button" className={pick} onClick={() => pickRow(row)}>
                  {tellValue(name, row[name], names, format)}
                </button>
              ) : (
                tellValue(name, row[name], names, format)
              ),
          })),
          ...shown.map((name) => ({
            key: name,
            label: measureOf(name).label,
            numeric: true,
            cell: (row: MetricsRow) => format.figure(row[name], measureOf(name).unit),
          })),
        ]}
      />
      {groups > rows.length && (
        <p className="mt-2 text-xs text-faint">
          The first {format.whole(rows.length)} of {format.whole(groups)} rows. A filter shows the others.
        </p>
      )}
    </div>
  );
}

function MeasurePanel({
  answer,
  data,
  measure,
  by,
  form,
}: {
  answer: ReturnType<typeof useMetrics>;
  data: MetricsAnswer;
  measure: MeasureName;
  by: DimensionName[];
  form: Exclude<Form, "table">;
}) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const { unit } = measureOf(measure);
  const label = titleOf(measure);
  const tell = (value: number) => format.figure(value, unit);
  const note = <span className="tabular">{data.meta.notLoaded ? "not loaded" : `${format.figure(data.totals[measure], unit)} in all`}</span>;
  const spec = { measures: [measure], by };
  const [first, second] = by;
  if (form !== "heat" && isTime(first))
    return <OverTime {...{ answer, data, measure, by, form, note }} time={first} split={second as FilterName | undefined} />;
  if (form === "heat" && first && second) {
    const axis = (name: DimensionName): HeatAxis[] =>
      (isTime(name) ? bucketsOf(view, name) : largest(data.rows, name, measure, 40)).map((key) => {
        const told = tellValue(name, isTime(name) ? key : (JSON.parse(key) as string | null), data.meta.names, format);
        return { key, label: told, name: told };
      });
    // The axis with fewer values stands at the left.
    const [columnName, rowName] = [first, second];
    const [columns, rows] = [axis(columnName), axis(rowName)];
    const keyOf = (row: MetricsRow, name: DimensionName) => (isTime(name) ? String(row[name]) : JSON.stringify(row[name] ?? null));
    const cells = new Map(data.rows.map((row) => [`${keyOf(row, rowName)}\n${keyOf(row, columnName)}`, row[measure]]));
    const values = rows.map((row) => columns.map((column) => (cells.get(`${row.key}\n${column.key}`) as number | null | undefined) ?? null));
    const step = Math.ceil(columns.length / 12);
    return (
      <MetricsPanel spec={spec} title={label} note={note} query={answer} minHeight={200}>
        <HeatMap
          caption={`${label} by ${dimensionOf(rowName).label.toLowerCase()} and ${dimensionOf(columnName).label.toLowerCase()}`}
          rows={rows}
          columns={columns.map((column, index) => (index % step === 0 ? column : { ...column, label: "" }))}
          values={values}
          format={tell}
          labelWidth={130}
        />
      </MetricsPanel>
    );
  }
  return <ByGroup {...{ answer, data, measure, by, note }} />;
}

/** The values of a dimension that hold most of a measure, as JSON texts. */
function largest(rows: MetricsRow[], name: DimensionName, measure: MeasureName, most: number): string[] {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify(row[name] ?? null);
    sums.set(key, (sums.get(key) ?? 0) + (Number(row[measure]) || 0));
  }
  return [...sums.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([key]) => key);
}

function OverTime({
  answer,
  data,
  measure,
  form,
  note,
  time,
  split,
}: {
  answer: ReturnType<typeof useMetrics>;
  data: MetricsAnswer;
  measure: MeasureName;
  form: "bars" | "lines" | "area";
  note: React.ReactNode;
  time: TimeBucket;
  split: FilterName | undefined;
}) {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const { unit } = measureOf(measure);
  const label = titleOf(measure);
  const spec = { measures: [measure], by: split ? [time, split] : [time] };
  const canAdd = adds(measure);
  const buckets = bucketsOf(view, time);
  const { series, points } = seriesFor(data.rows, {
    states: bucketStates(data.meta, buckets, time),
    buckets,
    time,
    split: split ?? null,
    measure,
    label,
    names: data.meta.names,
    canAdd,
  });
  const tell = (value: number) => format.figure(value, unit);
  // Stacked bars and areas would show a sum that means nothing.
  const drawn = split && !canAdd ? "lines" : form;
  return (
    <MetricsPanel
      spec={spec}
      title={`${label} by ${dimensionOf(time).label.toLowerCase()}`}
      legend={<Legend series={series.length > 1 ? series : []} points={points} />}
      note={drawn === form ? note : `${label} of different groups do not add up, so they are lines.`}
      query={answer}
      minHeight={240}
      table={<ChartTable caption={label} points={points} series={series} formatX={format.bucket} formatY={tell} />}
    >
      <TimeChart
        points={points}
        series={series}
        form={drawn}
        height={240}
        label={`${label} by ${time}`}
        formatX={format.bucket}
        formatLongX={(x) => (time === "day" ? `${format.longDay(x)} (${view.tz})` : format.bucket(x))}
        formatY={tell}
        {...format.axis(unit)}
        total={canAdd ? "Total" : undefined}
        onPick={(from, to) => change(periodOf(from, to, time, view.to))}
      />
    </MetricsPanel>
  );
}

function ByGroup({
  answer,
  data,
  measure,
  by,
  note,
}: {
  answer: ReturnType<typeof useMetrics>;
  data: MetricsAnswer;
  measure: MeasureName;
  by: DimensionName[];
  note: React.ReactNode;
}) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const pickRow = usePick(by);
  const { unit } = measureOf(measure);
  const label = titleOf(measure);
  const spec = { measures: [measure], by };
  const rows = [...data.rows].sort((a, b) => (Number(b[measure]) || 0) - (Number(a[measure]) || 0)).slice(0, mostBars);
  const most = Math.max(...rows.map((row) => Number(row[measure]) || 0), Number.MIN_VALUE);
  const told = (row: MetricsRow) => by.map((name) => tellValue(name, row[name], data.meta.names, format)).join(" · ");
  return (
    <MetricsPanel
      spec={spec}
      title={label}
      note={
        <>
          {note}
          {data.meta.groups > rows.length && ` · the largest ${rows.length} of ${format.whole(data.meta.groups)}`}
        </>
      }
      query={answer}
      minHeight={160}
    >
      <Bars
        labelWidth={180}
        rows={rows.map((row) => ({
          key: told(row),
          label: told(row),
          share: (Number(row[measure]) || 0) / most,
          value: format.figure(row[measure], unit),
          onPick: () => pickRow(row),
          pickLabel: `Narrow to ${told(row)}`,
        }))}
      />
      {whyNoSum([measure]) && <p className="mt-2 text-xs text-faint">{whyNoSum([measure])}</p>}
    </MetricsPanel>
  );
}
