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
  const { accounts, rooms, tags } = scope.limits;
  const oneOf = (column: string, values: string[]) => (values.length > 0 ? `${column} IN (${values.map(binder.bind).join(", ")})` : "false");
  const conditions: string[] = [];
  if (accounts) conditions.push(oneOf("account", accounts));
  const places = [...(rooms ? [oneOf("room_id", rooms)] : []), ...(tags ? [oneOf(dialect.roomTag, tags)] : [])];
  if (places.length > 0) conditions.push(`(${places.join(" OR ")})`);
  const replaced = scope.masked
    ? ` REPLACE (${Object.entries(masks)
        .map(([column, mask]) => `${mask(dialect)} AS ${column}`)
        .join(", ")})`
    : "";
  return `(SELECT *${replaced} FROM calls${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""}) calls`;
}

/** The directory of what a scope lets see, to stand after FROM. The whole one is kept; a part is made from its calls. */
export function directorySql(scope: Scope, binder: Binder, dialect: Dialect): string {
  const whole = isLimited(scope) ? `(${dialect.directory(callsSql(scope, binder, dialect))}) directory` : "directory";
  return scope.masked ? `(SELECT * FROM ${whole} WHERE kind <> 'person') directory` : whole;
}
