import Big from "big.js";
import { own } from "../names";
import { currentCards } from "../rates";
import { everything, isLimited, type Scope } from "../scope";
import { comparedPeriod, DAY_MS, dayOfNumber, instantsOf, writeComparison } from "../time";
import { Binder, directorySql, type Row, type SqlValue, type Warehouse, warehouse } from "../warehouse";
import { type AccountChoice, resolveAccounts } from "./accounts";
import { compile, compileUnplaced, needsRates } from "./compile";
import { type Completeness, completeness } from "./coverage";
import { type DimensionName, dimensionOf } from "./dimensions";
import { type MetricsQuery, mostRows, type View } from "./filters";
import { type MeasureName, measureOf } from "./measures";
import { hoursIn, markedStatement, viewStatement } from "./where";

/** A row of an answer: dimensions and measures under their own names. */
export type MetricsRow = Record<string, string | number | boolean | null>;

export interface MetricsMeta extends Completeness {
  from: string;
  to: string;
  tz: string;
  basis: View["basis"];
  /** Ids of the accounts that the figures are of, also of those that were removed and left calls. */
  accounts: string[];
  /** The removed ones among them. */
  removed: { id: string; name: string }[];
  /** Calls of the period that the last answer for their day did not have any more; whether they count, their account says. */
  withdrawn: number;
  /** Calls of the period that several accounts have, and that count once. */
  doubled: number;
  /** Calls of the period that are dated more than a day from now: a clock of the service, or ours, is wrong. */
  ahead: number;
  /** True when whoever asked sees a part of the calls: the figures are of that part. */
  part: boolean;
  /** Calls of the period that could not be placed in time, and are left out of what needs it. */
  unplaced: number;
  /** Names of the rooms and persons among the rows, by id, where there is one. */
  names: Record<string, string>;
  /** Groups that there are, which may be more than the rows given. */
  groups: number;
}

/** Which days the figures are compared with. */
export interface ComparedWith {
  /** By which rule, as it stands in an address. */
  by: string;
  from: string;
  to: string;
}

export interface MetricsAnswer {
  rows: MetricsRow[];
  totals: MetricsRow;
  previous?: { rows: MetricsRow[]; totals: MetricsRow; meta: MetricsMeta };
  meta: MetricsMeta & { compare?: ComparedWith };
}

/** Names are for lists that people read; longer answers go without. */
const mostNames = 1_000;

const pad = (value: number) => String(value).padStart(2, "0");

function dimensionValue(name: DimensionName, value: SqlValue, hour: (value: number) => string): SqlValue {
  if (value === null) return dimensionOf(name).absent ?? null;
  switch (name) {
    case "day":
    case "week":
      return dayOfNumber(value as number);
    case "month":
      return `${Math.floor((value as number) / 12)}-${pad(((value as number) % 12) + 1)}`;
    case "hour":
      return hour(value as number);
    default:
      return value;
  }
}

export function measureValue(name: MeasureName, value: SqlValue | undefined): SqlValue {
  // Money comes in sixtieths as exact text. A number of JavaScript holds fifteen digits, which six decimals of a bill stay within.
  if (measureOf(name).unit === "money") return typeof value === "string" ? Number(new Big(value).div(60).round(6, Big.roundHalfUp)) : null;
  if (measureOf(name).unit !== "instant") return value ?? (name === "peak_concurrent" ? 0 : null);
  return typeof value === "number" ? new Date(value).toISOString() : null;
}

function rowOf(query: MetricsQuery, row: Row, swept: Row | undefined, hour: (value: number) => string): MetricsRow {
  const result: MetricsRow = {};
  for (const [index, name] of query.by.entries()) result[name] = dimensionValue(name, row[`by_${index}`] as SqlValue, hour);
  for (const name of query.measures) result[name] = measureValue(name, name in row ? row[name] : swept?.[name]);
  return result;
}

async function figures(store: Warehouse, query: MetricsQuery, accounts: AccountChoice): Promise<{ rows: MetricsRow[]; groups: number }> {
  const cards = needsRates(query.measures) ? await currentCards() : [];
  const { aggregates, sweep } = compile(query, accounts, store.dialect, cards);
  const [plain, swept] = await Promise.all([aggregates ? store.query(aggregates) : [{} as Row], sweep ? store.query(sweep) : []]);
  const key = (row: Row) => JSON.stringify(query.by.map((_, index) => row[`by_${index}`]));
  const sweptByKey = new Map(swept.map((row) => [key(row), row]));
  const hour = hoursIn(query.view);
  let rows = plain.map((row) => rowOf(query, row, sweptByKey.get(key(row)), hour));
  const groups = (plain[0]?.groups as number | undefined) ?? plain.length;
  const order = query.order?.replace(/^-/, "");
  if (order && measureOf(order as MeasureName)?.sql === "sweep") {
    const sign = query.order?.startsWith("-") ? -1 : 1;
    const of = (row: MetricsRow) => own(row, order) ?? Number.NEGATIVE_INFINITY;
    rows = rows.sort((a, b) => (of(a) < of(b) ? -sign : of(a) > of(b) ? sign : 0)).slice(0, query.limit ?? mostRows);
  }
  return { rows, groups };
}

const named = ["room", "person"] as const;

/** What rooms and persons are called, by id: a room's label, or the name that either had last. */
export async function namesOf(store: Warehouse, scope: Scope, kind: (typeof named)[number], values: SqlValue[]): Promise<Record<string, string>> {
  const ids = [...new Set(values)].filter((id): id is string => typeof id === "string");
  if (ids.length === 0 || ids.length > mostNames) return {};
  if (!isLimited(scope)) await store.refreshDirectory();
  const binder = new Binder(store.dialect);
  const rows = await store.query<{ id: string; name: string }>(
    binder.statement(
      `SELECT id, coalesce(label, name) AS name FROM ${directorySql(scope, binder, store.dialect)} LEFT JOIN room_labels ON kind = 'room' AND room_id = id
       WHERE kind = ${binder.bind(kind)} AND id IN (${ids.map(binder.bind).join(", ")}) AND coalesce(label, name) IS NOT NULL`,
    ),
  );
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

async function namesOfRows(store: Warehouse, query: MetricsQuery, rows: MetricsRow[]): Promise<Record<string, string>> {
  const kinds = named.filter((kind) => query.by.includes(kind));
  const found = await Promise.all(
    kinds.map((kind) =>
      namesOf(
        store,
        query.view.scope,
        kind,
        rows.map((row) => row[kind] as SqlValue),
      ),
    ),
  );
  return Object.assign({}, ...found);
}

/** Whether any calls of a period are held. Of days that nobody fetched they came in another way: from a file, or with a conference. */
async function hasCalls(store: Warehouse, view: View, accounts: AccountChoice): Promise<boolean> {
  const whole = { ...view, filters: {}, user: undefined, scope: everything };
  return (await store.query(viewStatement(store.dialect, whole, accounts, "1 AS one", "LIMIT 1"))).length > 0;
}

/** Calls that are dated more than a day from now. */
async function callsAhead(store: Warehouse, view: View, accounts: AccountChoice): Promise<number> {
  const soon = Date.now() + DAY_MS;
  if (instantsOf(view.tz, view.to, view.to).end <= soon) return 0;
  const count = store.dialect.double(`count(*) FILTER (WHERE logged_ms > ${soon})`);
  const [row] = await store.query<{ ahead: number }>(viewStatement(store.dialect, view, accounts, `${count} AS ahead`));
  return row?.ahead ?? 0;
}

async function periodAnswer(store: Warehouse, query: MetricsQuery, accounts: AccountChoice) {
  const { view } = query;
  const totalsQuery: MetricsQuery = { measures: query.measures, by: [], view };
  const unplacedSql = compileUnplaced(query, accounts, store.dialect);
  const { marks } = accounts.counting;
  const [grouped, totals, unplaced, whole, marked] = await Promise.all([
    query.by.length > 0 ? figures(store, query, accounts) : { rows: [], groups: 0 },
    figures(store, totalsQuery, accounts),
    unplacedSql ? store.query<{ unplaced: number }>(unplacedSql) : [],
    completeness(accounts.loaded, view, view.basis),
    marks.withdrawn || marks.doubled ? store.query<{ withdrawn: number; doubled: number }>(markedStatement(store.dialect, view, accounts)) : [],
  ]);
  const isUnknown = whole.notLoaded && view.scope.limits.accounts?.length !== 0 && !(await hasCalls(store, view, accounts));
  const meta: MetricsMeta = {
    from: view.from,
    to: view.to,
    tz: view.tz,
    basis: view.basis,
    accounts: accounts.ids,
    removed: accounts.removed,
    part: isLimited(view.scope),
    ...whole,
    notLoaded: isUnknown,
    unplaced: unplaced[0]?.unplaced ?? 0,
    withdrawn: marked[0]?.withdrawn ?? 0,
    doubled: marked[0]?.doubled ?? 0,
    ahead: await callsAhead(store, view, accounts),
    names: await namesOfRows(store, query, grouped.rows),
    groups: grouped.groups,
  };
  const total = totals.rows[0] ?? {};
  return { rows: grouped.rows, totals: isUnknown ? Object.fromEntries(query.measures.map((name) => [name, null])) : total, meta };
}

/** Answers a metrics query. Without `by` there are no rows, only totals. Errors: `not_found` for an unknown account. */
export async function runMetrics(query: MetricsQuery): Promise<MetricsAnswer> {
  const store = await warehouse();
  const accounts = await resolveAccounts(query.view.account, query.view.scope);
  const { compare, view } = query;
  const current = periodAnswer(store, query, accounts);
  if (!compare) return current;
  const days = comparedPeriod(view, compare);
  const [answer, previous] = await Promise.all([current, periodAnswer(store, { ...query, view: { ...view, ...days } }, accounts)]);
  return { ...answer, meta: { ...answer.meta, compare: { by: writeComparison(compare), from: days.from, to: days.to } }, previous };
}
