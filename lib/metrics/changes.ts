import { z } from "zod";
import { costSql, currentCards } from "../rates";
import { comparedPeriod } from "../time";
import { Binder, callsSql, type Row, type SqlValue, type Warehouse, warehouse } from "../warehouse";
import { type AccountChoice, resolveAccounts } from "./accounts";
import { needsRates, selected } from "./compile";
import { dimensionOf, type FilterName, filterNames } from "./dimensions";
import { checkPeriod, comparison, comparisonOf, type View, type ViewDefaults, viewOf, viewShape } from "./filters";
import { adds, type MeasureName, measureNames, measureOf } from "./measures";
import { type MetricsAnswer, measureValue, namesOf, runMetrics } from "./run";
import { dimensionSql, filtersSql, periodSql } from "./where";

const explained = measureNames.filter((name) => adds(name) || measureOf(name).of !== undefined || name === "peak_concurrent");

export const changesQuery = z
  .strictObject({
    measure: z
      .enum(explained as [MeasureName, ...MeasureName[]], "names no measure whose change can be explained")
      .describe("The figure whose change is explained."),
    by: z.enum(filterNames as [FilterName, ...FilterName[]], "must be one dimension, other than time").describe("What it is split by."),
    limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1).max(500).default(20),
    compare: comparison,
    ...viewShape,
  })
  .superRefine(checkPeriod);

export interface Contribution {
  /** The group's value of the dimension. */
  group: SqlValue;
  /** The measure of the group in the period and in the one before; null where it has none. */
  now: number | null;
  before: number | null;
  /** What the group adds to the change, in the measure's own unit. */
  contribution: number;
}

export interface ChangesAnswer {
  now: number | null;
  before: number | null;
  change: number;
  /** The groups that moved it most, either way. */
  rows: Contribution[];
  /** The contributions of all other groups together; rows and rest sum to the change. */
  rest: { groups: number; contribution: number };
  meta: MetricsAnswer["meta"];
}

/** A group's figures in one period: what it adds (`part`), and for a share what it is a share of (`whole`). */
interface Weight {
  part: number;
  whole: number;
}

/**
 * Which groups moved a measure against the days that it is compared with. Contributions sum to the change, whatever the measure is:
 *
 * - of a sum, each group's own change;
 * - of a count of distinct things, each thing counts in equal parts for the groups that it was seen in;
 * - of peak concurrency, the calls of each group that were connected at the peak;
 * - of a share, how far the group's own share moved at its mean weight, and how far its weight moved towards or away from it:
 *   (w₁+w₀)/2 · (s₁−s₀) + (w₁−w₀) · ((s₁+s₀)/2 − S̄), with S̄ the mean of both periods' shares.
 */
export async function explainChange(input: z.output<typeof changesQuery>, defaults: ViewDefaults): Promise<ChangesAnswer> {
  const { measure, by } = input;
  const view = viewOf(input, defaults);
  const compare = comparisonOf(input.compare, view) ?? "previous";
  const earlier = { ...view, ...comparedPeriod(view, compare) };
  const store = await warehouse();
  const accounts = await resolveAccounts(view.account, view.scope);
  const answer = await runMetrics({ measures: measure === "peak_concurrent" ? [measure, "peak_at"] : [measure], by: [], compare, view });
  const previous = answer.previous?.totals ?? {};
  const [weightsNow, weightsBefore] = await Promise.all([
    weightsOf(store, measure, by, view, accounts, answer.totals.peak_at),
    weightsOf(store, measure, by, earlier, accounts, previous.peak_at),
  ]);
  const isShare = wholeOf(measure) !== null;
  const contribute = isShare ? shareContributions(weightsNow, weightsBefore) : sumContributions(weightsNow, weightsBefore);
  const value = (weight: Weight | undefined) => (weight === undefined ? null : isShare ? (weight.whole > 0 ? weight.part / weight.whole : null) : weight.part);
  const groups = [...new Set([...weightsNow.keys(), ...weightsBefore.keys()])];
  const rows = groups
    .map((key) => ({
      group: JSON.parse(key) as SqlValue,
      now: value(weightsNow.get(key)),
      before: value(weightsBefore.get(key)),
      contribution: contribute(key),
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || String(a.group).localeCompare(String(b.group)));
  const shown = rows.slice(0, input.limit);
  const rest = rows.slice(input.limit);
  const [now, before] = [answer.totals[measure] as number | null, (previous[measure] ?? null) as number | null];
  const names =
    by === "room" || by === "person"
      ? await namesOf(
          store,
          view.scope,
          by,
          shown.map(({ group }) => group),
        )
      : {};
  return {
    now,
    before,
    change: (now ?? 0) - (before ?? 0),
    rows: shown.map((row) => ({ ...row, group: row.group ?? dimensionOf(by).absent ?? null })),
    rest: { groups: rest.length, contribution: rest.reduce((sum, { contribution }) => sum + contribution, 0) },
    meta: { ...answer.meta, missingDays: [...new Set([...answer.meta.missingDays, ...(answer.previous?.meta.missingDays ?? [])])].sort(), names },
  };
}

const wholeOf = (measure: MeasureName) => {
  const { of } = measureOf(measure);
  return of && "whole" in of ? of.whole : null;
};

function sumContributions(now: Map<string, Weight>, before: Map<string, Weight>): (key: string) => number {
  return (key) => (now.get(key)?.part ?? 0) - (before.get(key)?.part ?? 0);
}

function shareContributions(now: Map<string, Weight>, before: Map<string, Weight>): (key: string) => number {
  const total = (weights: Map<string, Weight>) =>
    [...weights.values()].reduce((sum, { part, whole }) => ({ part: sum.part + part, whole: sum.whole + whole }), { part: 0, whole: 0 });
  const [all, allBefore] = [total(now), total(before)];
  const share = ({ part, whole }: Weight) => (whole > 0 ? part / whole : null);
  const mean = ((share(all) ?? 0) + (share(allBefore) ?? 0)) / 2;
  return (key) => {
    const none = { part: 0, whole: 0 };
    const [a, b] = [now.get(key) ?? none, before.get(key) ?? none];
    // A group with nothing in one period has no share there: only its weight moved.
    const s1 = share(a) ?? share(b) ?? mean;
    const s0 = share(b) ?? share(a) ?? mean;
    const w1 = all.whole > 0 ? a.whole / all.whole : 0;
    const w0 = allBefore.whole > 0 ? b.whole / allBefore.whole : 0;
    // With nothing at all in one period the change is the other's share alone.
    if (all.whole === 0 || allBefore.whole === 0) return w1 * s1 - w0 * s0;
    return ((w1 + w0) / 2) * (s1 - s0) + (w1 - w0) * ((s1 + s0) / 2 - mean);
  };
}

/** The groups of one period by their value, as JSON text. */
async function weightsOf(
  store: Warehouse,
  measure: MeasureName,
  by: FilterName,
  view: View,
  accounts: AccountChoice,
  peakAt: unknown,
): Promise<Map<string, Weight>> {
  const { dialect } = store;
  const binder = new Binder(dialect);
  const { of, sql } = measureOf(measure);
  const conditions = [periodSql(view), ...filtersSql(view, accounts, binder, dialect)];
  const source = callsSql(view.scope, binder, dialect);
  const group = dimensionSql(by, view, dialect);
  const cost = needsRates([measure]) ? `${costSql(await currentCards(), binder, dialect)} AS cost_60, ` : "";
  const placed = (extra: string[] = []) => `SELECT *, ${cost}${group} AS by_0 FROM ${source} WHERE ${[...conditions, ...extra].join(" AND ")}`;
  let statement: string;
  if (sql === "sweep") {
    if (typeof peakAt !== "string") return new Map();
    const at = Date.parse(peakAt);
    statement = `SELECT by_0, ${dialect.double("count(*)")} AS part, 0 AS whole FROM (${placed([`connect_ms <= ${at}`, `disconnect_ms > ${at}`])}) placed GROUP BY by_0`;
  } else if (of && "distinct" in of) {
    statement = `WITH seen AS (SELECT DISTINCT ${of.distinct} AS thing, by_0 FROM (${placed()}) placed WHERE ${of.distinct} IS NOT NULL),
        shared AS (SELECT by_0, count(*) OVER (PARTITION BY thing) AS groups FROM seen)
      SELECT by_0, sum(1.0 / ${dialect.double("groups")}) AS part, 0 AS whole FROM shared GROUP BY by_0`;
  } else {
    const [part, whole] = of ? [dialect.double(of.part), dialect.double(of.whole)] : [selected(measure, dialect), "0"];
    statement = `SELECT by_0, ${part} AS part, ${whole} AS whole FROM (${placed()}) placed GROUP BY by_0`;
  }
  const rows = await store.query<Row & { part: SqlValue; whole: SqlValue }>(binder.statement(statement));
  return new Map(
    rows.map(({ by_0, part, whole }) => [JSON.stringify(by_0), { part: Number(of ? part : (measureValue(measure, part) ?? 0)), whole: Number(whole) }]),
  );
}
