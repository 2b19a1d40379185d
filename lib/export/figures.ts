import {
  bucketStates,
  type DimensionName,
  type MeasureName,
  type MetricsAnswer,
  type MetricsMeta,
  type MetricsQuery,
  type MetricsRow,
  stateWords,
} from "../metrics";
import { bucketsOf, isTimeBucket, type Period, type TimeBucket } from "../time";

/** A column of exported figures: a dimension or measure, of the period or of the days that it is compared with; or why a row has no values. */
export type FigureColumn = { name: string } & (
  | { dimension: DimensionName; of: "period" | "compared" }
  | { measure: MeasureName; of: "period" | "compared" }
  | { state: true }
);

export interface FigureTable {
  columns: FigureColumn[];
  /** Values under the columns' names. */
  rows: MetricsRow[];
}

const compared = (name: string) => `${name}_compared`;

/** An answer as one table: what is compared with beside it, and a row for each day without calls that is not loaded. Without groups the totals are the one row. */
export function figureTable(answer: MetricsAnswer, { by, measures, order, limit }: Pick<MetricsQuery, "by" | "measures" | "order" | "limit">): FigureTable {
  const times = by.filter(isTimeBucket);
  const { previous, meta } = answer;
  const found = by.length > 0 ? answer.rows : [answer.totals];
  const rows = previous ? besideEachOther(found, by.length > 0 ? previous.rows : [previous.totals], by, measures, [meta, previous.meta]) : [...found];
  const [time] = times;
  const unknown = time && times.length === 1 && limit === undefined ? addUnknown(rows, time, meta, by[0] === time && !order) : 0;
  return {
    columns: [
      ...by.flatMap((name): FigureColumn[] => [
        { name, dimension: name, of: "period" },
        ...(previous && isTimeBucket(name) ? [{ name: compared(name), dimension: name, of: "compared" } as const] : []),
      ]),
      ...measures.flatMap((name): FigureColumn[] => [
        { name, measure: name, of: "period" },
        ...(previous ? [{ name: compared(name), measure: name, of: "compared" } as const] : []),
      ]),
      ...(unknown > 0 ? [{ name: "days", state: true } as const] : []),
    ],
    rows,
  };
}

/** Days, weeks or months without calls of which nothing is known stand among the others, without values: they are no zeros. Answers how many. */
function addUnknown(rows: MetricsRow[], time: TimeBucket, meta: MetricsMeta, isInOrder: boolean): number {
  const there = new Set(rows.map((row) => row[time]));
  const states = bucketStates(meta, bucketsOf(meta, time), time);
  const unknown = [...states].filter(([bucket, state]) => state !== "partial" && !there.has(bucket));
  for (const [bucket, state] of unknown) rows.push({ [time]: bucket, days: stateWords[state] });
  const place = (row: MetricsRow) => String(row[time] ?? "~");
  if (isInOrder && unknown.length > 0) rows.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
  return unknown.length;
}

/** Groups stand beside the same groups of the other days, times beside those that have their place: the first beside the first. */
function besideEachOther(
  now: MetricsRow[],
  before: MetricsRow[],
  by: DimensionName[],
  measures: MeasureName[],
  [period, other]: [Period, Period],
): MetricsRow[] {
  const times = by.filter(isTimeBucket);
  const [here, there] = [period, other].map((one) => new Map(times.map((name) => [name, bucketsOf(one, name)]))) as [
    Map<string, string[]>,
    Map<string, string[]>,
  ];
  /** The bucket of one period that has the place of a bucket of the other. */
  const counterparts = (from: Map<string, string[]>, to: Map<string, string[]>) =>
    new Map(times.map((name) => [name as string, new Map(from.get(name)?.map((bucket, index) => [bucket, to.get(name)?.[index] ?? null]))]));
  const [toHere, toThere] = [counterparts(there, here), counterparts(here, there)];
  const keyOf = (row: MetricsRow) => JSON.stringify(by.map((name) => row[name] ?? null));
  const rows = now.map(
    (row): MetricsRow => ({ ...row, ...Object.fromEntries(times.map((name) => [compared(name), toThere.get(name)?.get(String(row[name])) ?? null])) }),
  );
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of before) {
    const own: MetricsRow = Object.fromEntries(
      by.map((name) => [name, isTimeBucket(name) ? (toHere.get(name)?.get(String(row[name])) ?? null) : (row[name] ?? null)]),
    );
    const values = Object.fromEntries([...times, ...measures].map((name) => [compared(name), row[name] ?? null]));
    // A day that has no counterpart, such as the 31st beside a shorter month, stands alone.
    const beside = times.every((name) => own[name] !== null) ? byKey.get(keyOf(own)) : undefined;
    if (beside) Object.assign(beside, values);
    else rows.push({ ...own, ...values });
  }
  return rows;
}
