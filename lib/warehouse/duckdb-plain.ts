import { type Field, type FieldName, fields, tracks } from "../cdr";
import { callColumnNames } from "./columns";
import { mostPlainBytes } from "./duckdb-spool";
import { quoted } from "./duckdb-statements";

/**
 * SQL that reads plain records straight from their JSON, compiled from the same field table by which `normalise` reads
 * single records. DuckDB parses a record in a seventh of the time that JavaScript needs. "Plain" is drawn narrowly: whatever
 * the SQL is not sure to read as `normalise` does is left to `normalise`: by their shape, records with a key twice or with
 * something else where text or a number belongs (lib/cdr/record-text); by what they hold, odd dates and numbers, and no
 * `cdr_id`. Records that DuckDB cannot parse at all are left to it too.
 */

const entries = Object.entries(fields) as [FieldName, Field][];

type Tree = Map<string, Tree | "VARCHAR" | "DOUBLE">;

/** The shape in which records are read: every leaf as text, but measurements as numbers. */
function shape(): Tree {
  const root: Tree = new Map();
  const put = (path: string, type: "VARCHAR" | "DOUBLE") => {
    const names = path.split(".");
    const last = names.pop() as string;
    let at = root;
    for (const name of names) {
      const inner = at.get(name) ?? new Map();
      at.set(name, inner);
      at = inner as Tree;
    }
    at.set(last, type);
  };
  for (const path of ["cdr_id", "trans_date", "stats_quality.call_quality"]) put(path, "VARCHAR");
  for (const [, field] of entries) {
    for (const path of field.paths) put(path, field.kind === "measurement" ? "DOUBLE" : "VARCHAR");
  }
  return root;
}

function structType(of: Tree): string {
  const members = [...of].map(([name, inner]) => `"${name}" ${typeof inner === "string" ? inner : structType(inner)}`);
  return `STRUCT(${members.join(", ")})`;
}

/** `r.a.b` for the path `a.b`; every leaf is text. */
const leaf = (path: string) =>
  `r.${path
    .split(".")
    .map((name) => `"${name}"`)
    .join(".")}`;

const isoPattern = "'____-__-__T__:__:__.___Z'";
/** Of a text that was read as `name`. The engine would take hour 24 for the next day's first. */
const isPlainInstant = (name: string, value: string) =>
  `(${name} IS NOT NULL AND ${value} LIKE ${isoPattern} AND ${value} BETWEEN '2000' AND '2101' AND NOT contains(${value}, 'T24'))`;
const isAbsent = (value: string) => `coalesce(${value}, '') = ''`;

const instant = (value: string) => `epoch_ms(try_cast(${value} AS TIMESTAMP))`;
const amount = (value: string) => `try_cast(${value} AS DECIMAL(18,6))`;

/** What is needed twice, as a value and in the condition, under the names of its fields: the engine would work it out twice. */
const readOnce = entries.flatMap(([name, { kind, paths }]) => {
  const value = leaf(paths[0] as string);
  return kind === "instant" ? [`${instant(value)} AS ${name}`] : kind === "amount" ? [`${amount(value)} AS ${name}`] : [];
});

// What nearly every record says is looked at first: changing case and trimming cost more than all the rest of a flag.
const yes = (value: string) => `CASE ${value} WHEN 'true' THEN true WHEN 'false' THEN false ELSE coalesce(lower(${value}) IN ('true', '1'), false) END`;

function expression(name: string, field: Field): string {
  const values = field.paths.map(leaf);
  const value = values[0] as string;
  switch (field.kind) {
    case "text":
      return `coalesce(${values.map((text) => `nullif(${text}, '')`).join(", ")})`;
    case "flag":
      return `(${values.map(yes).join(" OR ")})`;
    case "instant":
    case "amount":
      return name;
    case "measurement":
      return `CASE WHEN ${value} >= 0 AND isfinite(${value}) THEN ${value} END`;
    case "rated":
      return `CASE ${value} WHEN 'Good' THEN false WHEN 'Bad' THEN true ELSE CASE lower(trim(${value})) WHEN 'bad' THEN true WHEN 'good' THEN false END END`;
  }
}

/** The condition under which a record is plain; never NULL for a plain one. */
function plainCondition(): string {
  const conditions = [isPlainInstant("logged_ms", leaf("trans_date")), `${leaf("cdr_id")} <> ''`];
  for (const [name, field] of entries) {
    const value = leaf(field.paths[0] as string);
    if (field.kind === "instant") conditions.push(`(${isPlainInstant(name, value)} OR ${isAbsent(value)})`);
    if (field.kind === "amount") conditions.push(`(${name} BETWEEN 0 AND ${field.most} OR ${name} IS NULL AND ${isAbsent(value)})`);
  }
  return conditions.join("\n AND ");
}

const combination = `coalesce(nullif(concat_ws('+', ${tracks.map((track) => `CASE WHEN ${track} THEN '${track}' END`).join(", ")}), ''), 'none')`;

const derived: Record<Exclude<(typeof callColumnNames)[number], FieldName>, string> = {
  call_id: "call_id",
  id_source: "'cdr_id'",
  logged_ms: "logged_ms",
  person: "coalesce(user_ref, user_name)",
  network: "known_networks.network",
  browser: "known_agents.browser",
  browser_version: "known_agents.browser_version",
  os: "known_agents.os",
  device: "known_agents.device",
  track_combination: combination,
  quality: "CASE WHEN call_bad THEN 'Bad' WHEN NOT call_bad THEN 'Good' END",
};

const agentColumns = "(agent VARCHAR, browser VARCHAR, browser_version VARCHAR, os VARCHAR, device VARCHAR)";
const networkColumns = "(ip VARCHAR, network VARCHAR)";

/** Temporary tables of what JavaScript has told of agents and addresses. */
export const makeKnown = `
  CREATE OR REPLACE TEMP TABLE known_agents ${agentColumns}; CREATE OR REPLACE TEMP TABLE new_agents ${agentColumns};
  CREATE OR REPLACE TEMP TABLE known_networks ${networkColumns}; CREATE OR REPLACE TEMP TABLE new_networks ${networkColumns};`;

/**
 * The engine guesses that a file holds some forty rows, and would hash those rather than the thousands of known ones: all
 * columns of a slice in memory. Of a list that is unfolded it guesses one row.
 */
const known = (name: string, columns: string) =>
  `(SELECT ${columns
    .split(", ")
    .map((column) => `unnest(list(${column})) AS ${column}`)
    .join(", ")} FROM known_${name}) known_${name}`;

/**
 * What a load's rows from a sequence number on hold that was not met before in this load. Nearly all rows were filled in by
 * what is known, and need not be looked up again.
 */
const fresh = (name: string, known: string, told: string[]) =>
  `SELECT DISTINCT ${name} FROM call_rows WHERE load_id = $1 AND seq >= $2 AND ${told.map((column) => `${column} IS NULL`).join(" AND ")}
   AND ${name} IS NOT NULL AND ${name} NOT IN (SELECT ${name} FROM ${known})`;
export const newAgents = fresh("agent", "known_agents", ["browser", "browser_version", "os", "device"]);
export const newAddresses = fresh("ip", "known_networks", ["network"]);

/** Fills in what is known of the agents and addresses in `new_agents` and `new_networks`. */
export const tellClients = `UPDATE call_rows SET browser = k.browser, browser_version = k.browser_version, os = k.os, device = k.device
  FROM new_agents k WHERE load_id = $1 AND seq >= $2 AND call_rows.agent = k.agent`;
export const tellNetworks = `UPDATE call_rows SET network = k.network FROM new_networks k WHERE load_id = $1 AND seq >= $2 AND call_rows.ip = k.ip`;

/**
 * Loads a file of `{"n": index, "r": record}` lines into `call_rows`, not live yet. Values: account, load id, sequence number of the first line.
 * Records that are not plain are loaded without a `call_id`, to be taken out again when the load ends: leaving them out here
 * would make DuckDB copy every text of the chunk, and taking them out at once would make it write the slice to its log first.
 * Lines that it cannot parse are not loaded.
 */
export function insertPlain(path: string): string {
  const selected = entries.map(([name, field]) => `${expression(name, field)} AS ${name}`);
  const columns = callColumnNames.map((name) => (name in derived ? derived[name as keyof typeof derived] : `plain.${name}`));
  return `INSERT INTO call_rows (account, load_id, seq, live, sightings, ${callColumnNames.join(", ")})
    SELECT $1, $2, $3::BIGINT + n, false, 1, ${columns.join(", ")}
    FROM (SELECT n, CASE WHEN ${plainCondition()} THEN ${leaf("cdr_id")} END AS call_id, logged_ms,
        ${expression("call_bad", { paths: ["stats_quality.call_quality"], kind: "rated" })} AS call_bad, ${selected.join(",\n ")}
      FROM (SELECT n, r, ${instant(leaf("trans_date"))} AS logged_ms, ${readOnce.join(",\n ")}
        FROM read_json(${quoted(path)}, format = 'newline_delimited', ignore_errors = true,
          maximum_object_size = ${mostPlainBytes * 2}, columns = {n: 'BIGINT', r: ${quoted(structType(shape()))}})
        WHERE n IS NOT NULL) read) plain
    LEFT JOIN ${known("agents", "agent, browser, browser_version, os, device")} USING (agent) LEFT JOIN ${known("networks", "ip, network")} USING (ip)`;
}

/** The places of a slice's records that are left to `normalise`, and the removal of the rows that a load has of such. */
export const othersOf = (firstSeq: number, count: number) => `SELECT i::INTEGER FROM range(${count}) numbers(i)
  WHERE i NOT IN (SELECT seq - ${firstSeq} FROM call_rows WHERE seq >= ${firstSeq} AND seq < ${firstSeq + count} AND call_id IS NOT NULL) ORDER BY i`;
export const removeOthers = "DELETE FROM call_rows WHERE load_id = $1 AND call_id IS NULL";
