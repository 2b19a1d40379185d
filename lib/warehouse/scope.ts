import { isLimited, type Scope } from "../scope";
import type { Binder, Dialect } from "./warehouse";

/** What a masked reader gets in place of a column that tells of a person. Pseudonyms stay the same, so that counts stay true. */
const masks: Record<string, (dialect: Dialect) => string> = {
  person: (dialect) => dialect.pseudonym("person", "person"),
  network: (dialect) => dialect.pseudonym("network", "network"),
  user_name: (dialect) => dialect.noText,
  user_ref: (dialect) => dialect.noText,
  ip: (dialect) => dialect.noText,
  agent: (dialect) => dialect.noText,
};

/**
 * The calls that a scope lets see, to stand after FROM; its columns are those of `calls`. Every statement about calls is made
 * of it and of nothing else, so that no filter, sort, cursor or export can reach further.
 */
export function callsSql(scope: Scope, binder: Binder, dialect: Dialect): string {
  if (!isLimited(scope) && !scope.masked) return "calls";
  const { accounts } = scope.limits;
  const oneOf = (column: string, values: string[]) => (values.length > 0 ? `${column} IN (${values.map(binder.bind).join(", ")})` : "false");
  const conditions: string[] = [];
  if (accounts) conditions.push(oneOf("account", accounts));
  for (const { rooms, tags } of [scope.limits, ...(scope.also ?? [])]) {
    const places = [...(rooms ? [oneOf("room_id", rooms)] : []), ...(tags ? [oneOf(dialect.roomTag, tags)] : [])];
    if (places.length > 0) conditions.push(`(${places.join(" OR ")})`);
  }
  const replaced = scope.masked
    ? ` REPLACE (${Object.entries(masks)
        .map(([column, mask]) => `${mask(dialect)} AS ${column}`)
        .join(", ")})`
    : "";
  return `(SELECT *${replaced} FROM calls${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""}) calls`;
}

/** Which calls count where several accounts, or several answers, tell of the same ones. */
export interface Counting {
  /** Accounts that are looked at; undefined for all. */
  accounts: string[] | undefined;
  /** Whether there are any such calls: nearly always not, and then nothing is asked of the engine. */
  marks: { withdrawn: boolean; doubled: boolean };
  /** Accounts whose withdrawn calls do not count. */
  withoutWithdrawn: string[];
  /** Accounts whose calls count also where another account has them. */
  withDoubled: string[];
}

/** The conditions under which calls count: each once. */
export function countedSql({ accounts, marks, withoutWithdrawn, withDoubled }: Counting, { bind }: Binder): string[] {
  const oneOf = (column: string, values: string[]) => (values.length > 0 ? `${column} IN (${values.map(bind).join(", ")})` : "false");
  const gone = (account: string, seq: string) => `(${oneOf(account, withoutWithdrawn)} AND ${seq} IN (SELECT seq FROM withdrawn_calls))`;
  const leavesOut = marks.withdrawn && withoutWithdrawn.length > 0;
  const conditions = leavesOut ? [`NOT ${gone("account", "seq")}`] : [];
  if (!marks.doubled) return conditions;
  // The other account's call counts, if that account is looked at and the call itself counts there.
  const among = [...(accounts ? [oneOf("account", accounts)] : []), ...(leavesOut ? [`NOT ${gone("account", "other_seq")}`] : [])];
  const once = `seq NOT IN (SELECT seq FROM doubled_calls${among.length > 0 ? ` WHERE ${among.join(" AND ")}` : ""})`;
  return [...conditions, withDoubled.length > 0 ? `(${oneOf("account", withDoubled)} OR ${once})` : once];
}

/** The directory of what a scope lets see, to stand after FROM. The whole one is kept; a part is made from its calls. */
export function directorySql(scope: Scope, binder: Binder, dialect: Dialect): string {
  const whole = isLimited(scope) ? `(${dialect.directory(callsSql(scope, binder, dialect))}) directory` : "directory";
  return scope.masked ? `(SELECT * FROM ${whole} WHERE kind <> 'person') directory` : whole;
}
