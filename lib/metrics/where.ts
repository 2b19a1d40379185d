import { instantsOf, zoneSegments } from "../time";
import { Binder, callsSql, type Dialect, type Statement } from "../warehouse";
import { type DimensionName, dimensionOf, type FilterName } from "./dimensions";
import type { View } from "./filters";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

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
      return dialect.floorDivide(local, HOUR_MS);
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

const columnOf = (name: DimensionName, dialect: Dialect) => (name === "tag" ? dialect.roomTag : (dimensionOf(name).column as string));

/** The condition under which a row belongs to the view's period, by the time that places it. */
export function periodSql(view: View, column = placeColumn(view)): string {
  const { start, end } = instantsOf(view.tz, view.from, view.to);
  return `${column} >= ${whole(start)} AND ${column} < ${whole(end)}`;
}

function filterSql(name: FilterName, values: string[], bind: Binder["bind"], dialect: Dialect, isMasked: boolean): string {
  const { absent, kind } = dimensionOf(name);
  const column = columnOf(name, dialect);
  if (kind === "flag") {
    const wanted = new Set(values);
    return wanted.size === 2 ? "true" : wanted.has("true") ? column : `NOT ${column}`;
  }
  const isAbsent = (one: string) => one === "" || (absent !== undefined && one.toLowerCase() === absent.toLowerCase());
  const present = values.filter((one) => !isAbsent(one));
  const parts: string[] = [];
  if (present.length > 0) parts.push(`${column} IN (${present.map(bind).join(", ")})`);
  // Of whom names were purged, `person` is the pseudonym; who knows the ref still finds the calls.
  if (name === "person" && !isMasked) for (const one of present) parts.push(`${column} = ${dialect.pseudonym("person", bind(one))}`);
  if (present.length < values.length) parts.push(`${column} IS NULL`);
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(" OR ")})`;
}

/** All of the view's filters but its period. `accounts` are ids; undefined means every account. */
export function filtersSql(view: View, accounts: string[] | undefined, binder: Binder, dialect: Dialect): string[] {
  const { bind } = binder;
  const conditions: string[] = [];
  if (accounts) conditions.push(accounts.length > 0 ? `account IN (${accounts.map(bind).join(", ")})` : "false");
  for (const [name, values] of Object.entries(view.filters)) conditions.push(filterSql(name as FilterName, values, bind, dialect, view.scope.masked));
  if (view.user) {
    const parts = view.user.flatMap((part) => ["user_name", "user_ref"].map((column) => dialect.contains(column, bind(part))));
    conditions.push(`(${parts.join(" OR ")})`);
  }
  return conditions;
}

/** A statement over the calls of a view: what to select, and what follows the conditions; both of our own making. Part of a larger one, it shares that one's binder. */
export function viewStatement(
  dialect: Dialect,
  view: View,
  accounts: string[] | undefined,
  selected: string,
  after = "",
  binder = new Binder(dialect),
): Statement {
  const conditions = [periodSql(view), ...filtersSql(view, accounts, binder, dialect)];
  return binder.statement(`SELECT ${selected} FROM ${callsSql(view.scope, binder, dialect)} WHERE ${conditions.join(" AND ")} ${after}`);
}
