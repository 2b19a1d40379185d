import Big from "big.js";
import { listAccounts } from "../accounts";
import { AppError } from "../error";
import { currentCards } from "../rates";
import { isLimited, type Scope } from "../scope";
import { dayOfNumber, previousPeriod } from "../time";
import { Binder, directorySql, type Row, type SqlValue, type Warehouse, warehouse } from "../warehouse";
import { compile, compileUnplaced, needsRates } from "./compile";
import { type Completeness, completeness } from "./coverage";
import { type DimensionName, dimensionOf } from "./dimensions";
import { type MetricsQuery, mostRows, type View } from "./filters";
import { type MeasureName, measureOf } from "./measures";

/** A row of an answer: dimensions and measures under their own names. */
export type MetricsRow = Record<string, string | number | boolean | null>;

export interface MetricsMeta extends Completeness {
  from: string;
  to: string;
  tz: string;
  basis: View["basis"];
  /** Ids of the accounts that the figures are of. */
  accounts: string[];
  /** True when whoever asked sees a part of the calls: the figures are of that part. */
  part: boolean;
  /** Calls of the period that could not be placed in time, and are left out of what needs it. */
  unplaced: number;
  /** Names of the rooms and persons among the rows, by id, where there is one. */
  names: Record<string, string>;
  /** Groups that there are, which may be more than the rows given. */
  groups: number;
}

export interface MetricsAnswer {
  rows: MetricsRow[];
  totals: MetricsRow;
  previous?: { rows: MetricsRow[]; totals: MetricsRow; meta: MetricsMeta };
  meta: MetricsMeta;
}

/** Calls that came from files and belong to no account. */
export const importedAccount = { id: "imported", name: "Imported files" };

/** The accounts that a scope lets see. */
export async function accountsOf({ limits }: Scope) {
  const all = await listAccounts();
  return limits.accounts ? all.filter(({ id }) => limits.accounts?.includes(id)) : all;
}

/** The ids of the accounts that a view names, by id or name. Undefined names: all. Error: `not_found`. */
export async function resolveAccounts(named: string[] | undefined, scope: Scope): Promise<{ ids: string[]; filter: string[] | undefined }> {
  const all = await accountsOf(scope);
  if (!named) return { ids: all.map(({ id }) => id), filter: undefined };
  const ids = named.map((name) => {
    const account = [...all, ...(scope.limits.accounts?.includes(importedAccount.id) === false ? [] : [importedAccount])].find(
      (one) => one.id === name || one.name === name,
    );
    if (!account) throw new AppError("not_found", `There is no account "${name}".`);
    return account.id;
  });
  return { ids, filter: ids };
}

/** Names are for lists that people read; longer answers go without. */
const mostNames = 1_000;

const pad = (value: number) => String(value).padStart(2, "0");

function dimensionValue(name: DimensionName, value: SqlValue): SqlValue {
  if (value === null) return dimensionOf(name).absent ?? null;
  switch (name) {
    case "day":
    case "week":
      return dayOfNumber(value as number);
    case "month":
      return `${Math.floor((value as number) / 12)}-${pad(((value as number) % 12) + 1)}`;
    case "hour":
      return `${dayOfNumber(Math.floor((value as number) / 24))}T${pad((value as number) % 24)}:00`;
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

function rowOf(query: MetricsQuery, row: Row, swept: Row | undefined): MetricsRow {
  const result: MetricsRow = {};
  for (const [index, name] of query.by.entries()) result[name] = dimensionValue(name, row[`by_${index}`] as SqlValue);
  for (const name of query.measures) result[name] = measureValue(name, name in row ? row[name] : swept?.[name]);
  return result;
}

async function figures(store: Warehouse, query: MetricsQuery, accounts: string[] | undefined): Promise<{ rows: MetricsRow[]; groups: number }> {
  const cards = needsRates(query.measures) ? await currentCards() : [];
  const { aggregates, sweep } = compile(query, accounts, store.dialect, cards);
  const [plain, swept] = await Promise.all([aggregates ? store.query(aggregates) : [{} as Row], sweep ? store.query(sweep) : []]);
  const key = (row: Row) => JSON.stringify(query.by.map((_, index) => row[`by_${index}`]));
  const sweptByKey = new Map(swept.map((row) => [key(row), row]));
  let rows = plain.map((row) => rowOf(query, row, sweptByKey.get(key(row))));
  const groups = (plain[0]?.groups as number | undefined) ?? plain.length;
  const order = query.order?.replace(/^-/, "");
  if (order && measureOf(order as MeasureName)?.sql === "sweep") {
    const sign = query.order?.startsWith("-") ? -1 : 1;
    const of = (row: MetricsRow) => row[order] ?? Number.NEGATIVE_INFINITY;
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

async function periodAnswer(store: Warehouse, query: MetricsQuery, accounts: { ids: string[]; filter: string[] | undefined }) {
  const { view } = query;
  const totalsQuery: MetricsQuery = { ...query, by: [], order: undefined, limit: undefined, havingCalls: undefined };
  const unplacedSql = compileUnplaced(query, accounts.filter, store.dialect);
  const [grouped, totals, unplaced, whole] = await Promise.all([
    query.by.length > 0 ? figures(store, query, accounts.filter) : { rows: [], groups: 0 },
    figures(store, totalsQuery, accounts.filter),
    unplacedSql ? store.query<{ unplaced: number }>(unplacedSql) : [],
    completeness(accounts.ids, view, view.basis),
  ]);
  const meta: MetricsMeta = {
    from: view.from,
    to: view.to,
    tz: view.tz,
    basis: view.basis,
    accounts: accounts.ids,
    part: isLimited(view.scope),
    ...whole,
    unplaced: unplaced[0]?.unplaced ?? 0,
    names: await namesOfRows(store, query, grouped.rows),
    groups: grouped.groups,
  };
  return { rows: grouped.rows, totals: totals.rows[0] ?? {}, meta };
}

/** Answers a metrics query. Without `by` there are no rows, only totals. Errors: `not_found` for an unknown account. */
export async function runMetrics(query: MetricsQuery): Promise<MetricsAnswer> {
  const store = await warehouse();
  const accounts = await resolveAccounts(query.view.account, query.view.scope);
  const current = periodAnswer(store, query, accounts);
  if (!query.compare) return current;
  const before: MetricsQuery = { ...query, view: { ...query.view, ...previousPeriod(query.view) } };
  const [answer, previous] = await Promise.all([current, periodAnswer(store, before, accounts)]);
  return { ...answer, previous };
}
