import { costSql, type RateCard } from "../rates";
import { Binder, callsSql, type Dialect, type Statement } from "../warehouse";
import type { AccountChoice } from "./accounts";
import { dimensionOf } from "./dimensions";
import { type MetricsQuery, mostRows } from "./filters";
import { type MeasureName, measureOf } from "./measures";
import { dimensionSql, filtersSql, periodSql, placeColumn } from "./where";

const alias = (index: number) => `by_${index}`;
const isSweep = (name: MeasureName) => measureOf(name).sql === "sweep";

/** A measure's value within its statement, as engines order by it. */
function aggregate(name: MeasureName, dialect: Dialect): string {
  const { sql, unit } = measureOf(name);
  const value = typeof sql === "function" ? sql(dialect) : sql;
  return unit === "money" ? value : dialect.double(value);
}

/** A measure's value as it leaves the engine: a number, and money as an exact text. */
export function selected(name: MeasureName, dialect: Dialect): string {
  return measureOf(name).unit === "money" ? dialect.exact(aggregate(name, dialect)) : aggregate(name, dialect);
}

/** Whether a measure needs what each call costs. */
export const needsRates = (names: MeasureName[]) => names.some((name) => measureOf(name).rates);

/** The rows that a query is about, with its dimensions as `by_0`, `by_1`, … */
function rowsSql(query: MetricsQuery, accounts: AccountChoice, binder: Binder, dialect: Dialect, cards: RateCard[], extra: string[] = []): string {
  const { view, by } = query;
  const conditions = [periodSql(view), ...filtersSql(view, accounts, binder, dialect), ...extra];
  const cost = needsRates(query.measures) ? [`${costSql(cards, binder, dialect)} AS cost_60`] : [];
  const columns = ["*", ...cost, ...by.map((name, index) => `${dimensionSql(name, view, dialect)} AS ${alias(index)}`)];
  return `SELECT ${columns.join(", ")} FROM ${callsSql(view.scope, binder, dialect)} WHERE ${conditions.join(" AND ")}`;
}

/** `order`, else time, else the first measure with the largest first; the dimensions decide ties, so that an answer is always the same. */
function orderSql(query: MetricsQuery, dialect: Dialect): string {
  const { by, measures, order } = query;
  const keys: string[] = [];
  const dimensionKeys = by.map((_, index) => `${alias(index)} ASC NULLS LAST`);
  if (order) {
    const descending = order.startsWith("-");
    const name = order.replace(/^-/, "");
    const index = by.indexOf(name as never);
    const expression = index >= 0 ? alias(index) : aggregate(name as MeasureName, dialect);
    keys.push(`${expression} ${descending ? "DESC" : "ASC"} NULLS LAST`);
  } else if (by.every((name) => dimensionOf(name).kind !== "time")) {
    const first = measures.find((name) => !isSweep(name));
    if (first) keys.push(`${aggregate(first, dialect)} DESC NULLS LAST`);
  }
  return [...keys, ...dimensionKeys].join(", ");
}

export interface Compiled {
  /** Plain aggregates; columns `by_n`, the measures' names, and `groups`. Null when every measure is a sweep. */
  aggregates: Statement | null;
  /** Peak concurrency; columns `by_n`, `peak_concurrent`, `peak_at`. Null when not asked for. */
  sweep: Statement | null;
}

/** Turns a query into statements. With `by` empty they give one row: the totals. */
export function compile(query: MetricsQuery, accounts: AccountChoice, dialect: Dialect, cards: RateCard[] = []): Compiled {
  const plain = query.measures.filter((name) => !isSweep(name));
  const sweeps = query.measures.filter(isSweep);
  const ordersBySweep = sweeps.includes(query.order?.replace(/^-/, "") as MeasureName);
  return {
    aggregates: plain.length > 0 || sweeps.length === 0 || query.by.length > 0 ? aggregates(query, plain, accounts, dialect, cards, ordersBySweep) : null,
    sweep: sweeps.length > 0 ? sweep(query, accounts, dialect) : null,
  };
}

function aggregates(
  query: MetricsQuery,
  plain: MeasureName[],
  accounts: AccountChoice,
  dialect: Dialect,
  cards: RateCard[],
  ordersBySweep: boolean,
): Statement {
  const binder = new Binder(dialect);
  const groups = query.by.map((_, index) => alias(index));
  const columns = [...groups, ...plain.map((name) => `${selected(name, dialect)} AS ${name}`)];
  const rows = rowsSql(query, accounts, binder, dialect, cards);
  if (groups.length === 0) return binder.statement(`SELECT ${columns.join(", ")} FROM (${rows}) placed`);
  const having = query.havingCalls === undefined ? "" : ` HAVING count(*) >= ${binder.bind(query.havingCalls)}`;
  const order = ordersBySweep ? orderSql({ ...query, order: undefined }, dialect) : orderSql(query, dialect);
  // A query ordered by a sweep is cut after both statements are joined.
  const limit = ordersBySweep ? mostRows : (query.limit ?? mostRows);
  return binder.statement(
    `SELECT ${[...columns, `${dialect.double("count(*) OVER ()")} AS groups`].join(", ")} FROM (${rows}) placed
     GROUP BY ${groups.join(", ")}${having} ORDER BY ${order} LIMIT ${limit}`,
  );
}

/** The timeline is looked at in stretches of ten minutes, then of one; other lengths were slower. */
const stretchesMs = [600_000, 60_000];

/**
 * Most calls connected at one instant, and the first instant at which that was so. Calls without both times, or that end
 * before they begin, are on no timeline. At a tie an end comes before a start.
 *
 * Exact, but most of the timeline is never put in order: a stretch can hold the peak only if the calls connected at its
 * beginning and all that start in it are as many as the most that were connected at the end of any stretch. Only the events
 * of those few stretches are looked at more closely, and at last sorted, which makes a year by day ten times faster.
 */
function sweep(query: MetricsQuery, accounts: AccountChoice, dialect: Dialect): Statement {
  const binder = new Binder(dialect);
  const groups = query.by.map((_, index) => alias(index));
  const rows = rowsSql({ ...query, measures: [] }, accounts, binder, dialect, [], ["connect_ms IS NOT NULL", "disconnect_ms > connect_ms"]);
  const list = groups.map((name) => `${name}, `).join("");
  const within = (columns: string[]) => (columns.length > 0 ? `PARTITION BY ${columns.join(", ")} ` : "");
  const same = groups.map((name) => ` AND events.${name} IS NOT DISTINCT FROM likely.${name}`).join("");
  // Whole numbers of any length are sums in DuckDB, which counts with them slowly.
  const whole = (expression: string) => `CAST(${expression} AS BIGINT)`;
  // `level` is how many were connected when the stretch `place` began, in which the event lies.
  const event = (moment: string, step: number) => `SELECT ${list}0 AS place, 0 AS level, ${moment} AS moment, ${step} AS step FROM placed`;
  const closer = stretchesMs.map((length, round) => {
    const stretch = dialect.floorDivide("moment", length);
    return `stretches_${round} AS (SELECT ${list}place, level, ${stretch} AS stretch, ${whole("sum(step)")} AS change, count(*) FILTER (WHERE step > 0) AS starts
         FROM events_${round} GROUP BY ${list}place, level, ${stretch}),
       ends_${round} AS (SELECT ${list}stretch, change, starts,
         level + ${whole(`sum(change) OVER (${within([...groups, "place"])}ORDER BY stretch ROWS UNBOUNDED PRECEDING)`)} AS at_end FROM stretches_${round}),
       bounds_${round} AS (SELECT ${list}stretch, at_end - change AS level, starts, max(at_end) OVER (${within(groups).trim()}) AS least FROM ends_${round}),
       events_${round + 1} AS (SELECT ${groups.map((name) => `events.${name}, `).join("")}likely.stretch AS place, likely.level AS level, moment, step
         FROM events_${round} events JOIN bounds_${round} likely ON ${stretch} = likely.stretch${same} WHERE likely.level + likely.starts >= likely.least)`;
  });
  // The peak and its first instant in one whole number: more connected first, then the earlier. 2^42 ms are 139 years.
  const span = 2 ** 42;
  const top = dialect.floorDivide(`best + ${span - 1}`, span);
  return binder.statement(
    `WITH placed AS (${rows}),
       events_0 AS (${event("connect_ms", 1)} UNION ALL ${event("disconnect_ms", -1)}),
       ${closer.join(",\n       ")},
       running AS (SELECT ${list}moment,
         level + ${whole(`sum(step) OVER (${within([...groups, "place"])}ORDER BY moment, step ROWS UNBOUNDED PRECEDING)`)} AS connected FROM events_${stretchesMs.length}),
       peaks AS (SELECT ${list}max(connected * ${span} - moment) AS best FROM running${groups.length > 0 ? ` GROUP BY ${groups.join(", ")}` : ""})
     SELECT ${list}${dialect.double(`coalesce(${top}, 0)`)} AS peak_concurrent, ${dialect.double(`${top} * ${span} - best`)} AS peak_at FROM peaks`,
  );
}

/** Calls of the period that the view's basis, or a sweep, cannot place: they have no `room.connect_dt`. */
export function compileUnplaced(query: MetricsQuery, accounts: AccountChoice, dialect: Dialect): Statement | null {
  if (placeColumn(query.view) !== "connect_ms" && !query.measures.some(isSweep)) return null;
  const binder = new Binder(dialect);
  const conditions = ["connect_ms IS NULL", periodSql(query.view, "logged_ms"), ...filtersSql(query.view, accounts, binder, dialect)];
  return binder.statement(
    `SELECT ${dialect.double("count(*)")} AS unplaced FROM ${callsSql(query.view.scope, binder, dialect)} WHERE ${conditions.join(" AND ")}`,
  );
}
