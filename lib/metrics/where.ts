import { DAY_MS, HOUR_MS, hourText, instantsOf, repeatedHours, zoneSegments } from "../time";
import { Binder, callsSql, countedSql, type Dialect, type Statement } from "../warehouse";
import type { AccountChoice } from "./accounts";
import { type DimensionName, dimensionOf, type FilterName } from "./dimensions";
import type { View } from "./filters";

/** A whole number of our own making, written into SQL. Values from outside are bound instead. */
function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`Not a whole number: ${value}`);
  return String(value);
}

/** The column that places a call in time. */
export const placeColumn = (view: View) => (view.basis === "logged" ? "logged_ms" : "connect_ms");

/**
 * Local wall-clock milliseconds of the time that places a call: the zone's few fixed offsets within the period instead of
 * the engine's zone functions, which cost seven times as much.
 */
export function localMs(view: View): string {
  const column = placeColumn(view);
  const { start, end } = instantsOf(view.tz, view.from, view.to);
  const segments = zoneSegments(view.tz, start, end);
  const [only] = segments;
  if (segments.length === 1 && only) return only.offsetMs === 0 ? column : `(${column} + ${whole(only.offsetMs)})`;
  const last = segments[segments.length - 1]?.offsetMs ?? 0;
  const cases = segments.slice(0, -1).map(({ to, offsetMs }) => `WHEN ${column} < ${whole(to)} THEN ${whole(offsetMs)}`);
  return `(${column} + CASE ${cases.join(" ")} ELSE ${whole(last)} END)`;
}

/** The value of a dimension for a row: a number for time, the column for the rest. */
export function dimensionSql(name: DimensionName, view: View, dialect: Dialect): string {
  const local = localMs(view);
  const day = dialect.floorDivide(local, DAY_MS);
  switch (name) {
    case "hour":
      return hourSql(view, dialect);
    case "day":
      return day;
    case "week":
      // The Monday: day 0 was a Thursday.
      return `(${day} - (${day} + 3) % 7)`;
    case "month":
      return dialect.month(local);
    default:
      return columnOf(name, dialect);
  }
}

/**
 * The hour of a row as a number: of the local hours since 1970 twice their number, and one more in the second pass of an hour
 * that a clock change repeats, so that the two stay apart.
 */
function hourSql(view: View, dialect: Dialect): string {
  const column = placeColumn(view);
  const hour = `${dialect.floorDivide(localMs(view), HOUR_MS)} * 2`;
  const again = repeatedHours(view).map(({ from, to }) => `(${column} >= ${whole(from)} AND ${column} < ${whole(to)})`);
  return again.length > 0 ? `(${hour} + CASE WHEN ${again.join(" OR ")} THEN 1 ELSE 0 END)` : `(${hour})`;
}

/** How the hours of a view are told, from the numbers that `hourSql` gives: see `hourText`. */
export function hoursIn(view: View): (value: number) => string {
  const repeats = repeatedHours(view);
  return (value) => hourText(Math.floor(value / 2), value % 2 === 1, repeats);
}

const columnOf = (name: DimensionName, dialect: Dialect) => (name === "tag" ? dialect.roomTag : (dimensionOf(name).column as string));

/** The condition under which a row belongs to the view's period, by the time that places it. */
export function periodSql(view: View, column = placeColumn(view)): string {
  const { start, end } = instantsOf(view.tz, view.from, view.to);
  return `${column} >= ${whole(start)} AND ${column} < ${whole(end)}`;
}

/** Where a filter is looked for: its view's calls, whatever their time. */
interface Place {
  view: View;
  binder: Binder;
  dialect: Dialect;
}

/**
 * A value that stands alone may be a list as addresses of before wrote it: separated by commas, with blanks that do not count. It is
 * taken whole where there is such a value, and for a list where there is none.
 */
function eitherSql(column: string, whole: string, parts: string[], { view, binder, dialect }: Place): string {
  const one = binder.bind(whole);
  const exists = `EXISTS (SELECT 1 FROM ${callsSql(view.scope, binder, dialect)} WHERE ${column} = ${one})`;
  return `(${column} = ${one} OR (${anyOf(column, parts, binder)} AND NOT ${exists}))`;
}

/** One of some values; the empty one means none. */
function anyOf(column: string, values: string[], { bind }: Binder): string {
  const present = values.filter((value) => value !== "");
  const conditions = [
    ...(present.length > 0 ? [`${column} IN (${present.map(bind).join(", ")})`] : []),
    ...(present.length < values.length ? [`${column} IS NULL`] : []),
  ];
  return conditions.length === 1 ? (conditions[0] as string) : `(${conditions.join(" OR ")})`;
}

function filterSql(name: FilterName, given: string[], place: Place): string {
  const { absent, kind, freeText, words } = dimensionOf(name);
  const { binder, dialect } = place;
  const column = columnOf(name, dialect);
  if (kind === "flag") {
    const wanted = new Set(given);
    return wanted.size === 2 ? "true" : wanted.has("true") ? column : `NOT ${column}`;
  }
  const values = given.map((value) => (absent !== undefined && value.toLowerCase() === absent.toLowerCase() ? "" : value));
  const [only = ""] = values;
  const parts = only.split(",").map((part) => part.trim());
  const mayBeList = values.length === 1 && !freeText && !words && (parts.length > 1 || parts[0] !== only);
  const found = mayBeList ? eitherSql(column, only, parts, place) : anyOf(column, values, binder);
  // Of whom names were purged, `person` is the pseudonym; who knows the ref still finds the calls.
  if (name !== "person" || place.view.scope.masked) return found;
  const pseudonyms = values.filter((value) => value !== "").map((value) => `${column} = ${dialect.pseudonym("person", binder.bind(value))}`);
  return `(${[found, ...pseudonyms].join(" OR ")})`;
}

/** All of the view's conditions but its period: its accounts, its filters, and each call once. */
export function filtersSql(view: View, accounts: AccountChoice, binder: Binder, dialect: Dialect): string[] {
  return [...viewFilters(view, accounts, binder, dialect), ...countedSql(accounts.counting, binder)];
}

function viewFilters(view: View, accounts: AccountChoice, binder: Binder, dialect: Dialect): string[] {
  const { bind } = binder;
  const conditions: string[] = [];
  if (accounts.filter) conditions.push(accounts.filter.length > 0 ? `account IN (${accounts.filter.map(bind).join(", ")})` : "false");
  for (const [name, values] of Object.entries(view.filters)) conditions.push(filterSql(name as FilterName, values, { view, binder, dialect }));
  if (view.user) {
    const parts = view.user.flatMap((part) => ["user_name", "user_ref"].map((column) => dialect.contains(column, bind(part))));
    conditions.push(`(${parts.join(" OR ")})`);
  }
  return conditions;
}

/** Calls of a view that are marked, whether they count or not: withdrawn ones, and those that count under another account. */
export function markedStatement(dialect: Dialect, view: View, accounts: AccountChoice): Statement {
  const binder = new Binder(dialect);
  const conditions = [periodSql(view), ...viewFilters(view, accounts, binder, dialect)];
  const { accounts: among } = accounts.counting;
  const others = among && among.length > 0 ? ` WHERE account IN (${among.map(binder.bind).join(", ")})` : "";
  // A call that three accounts have counts under one and not under two: it is one call all the same.
  const count = (seqs: string, name: string) => `${dialect.double(`count(DISTINCT call_id) FILTER (WHERE seq IN (${seqs}))`)} AS ${name}`;
  return binder.statement(
    `SELECT ${count("SELECT seq FROM withdrawn_calls", "withdrawn")}, ${count(`SELECT seq FROM doubled_calls${others}`, "doubled")}
     FROM ${callsSql(view.scope, binder, dialect)} WHERE ${conditions.join(" AND ")}`,
  );
}

/** A statement over the calls of a view: what to select, and what follows the conditions; both of our own making. Part of a larger one, it shares that one's binder. */
export function viewStatement(dialect: Dialect, view: View, accounts: AccountChoice, selected: string, after = "", binder = new Binder(dialect)): Statement {
  const conditions = [periodSql(view), ...filtersSql(view, accounts, binder, dialect)];
  return binder.statement(`SELECT ${selected} FROM ${callsSql(view.scope, binder, dialect)} WHERE ${conditions.join(" AND ")} ${after}`);
}
