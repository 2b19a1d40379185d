import type { DuckDBConnection } from "@duckdb/node-api";
import { type ColumnKind, callColumns } from "./columns";

const types: Record<ColumnKind, string> = {
  text: "VARCHAR",
  amount: "DECIMAL(18,6)",
  number: "DOUBLE",
  flag: "BOOLEAN",
  instant: "BIGINT",
};

const columns = Object.entries(callColumns).map(([name, kind]) => `${name} ${types[kind]}`);

/**
 * Each entry brings the warehouse one version further and runs once. Never edit one that was released; add another.
 *
 * Rows of a load are written as they come and count only when it ends well and they are `live`: readers see `calls`.
 * There is no primary key: an index would hold every id in memory. Loading keeps identities unique.
 */
const migrations: string[] = [
  `CREATE TABLE call_rows (account VARCHAR, seq BIGINT, load_id BIGINT, live BOOLEAN, sightings INTEGER, ${columns.join(", ")});
   CREATE VIEW calls AS SELECT * EXCLUDE (live) FROM call_rows WHERE live;
   CREATE TABLE raw_blocks (account VARCHAR, load_id BIGINT, first_seq BIGINT, end_seq BIGINT, start BIGINT, bytes INTEGER);
   CREATE TABLE rejected_records (account VARCHAR, hash VARCHAR, reason VARCHAR, raw VARCHAR,
     first_ms BIGINT, last_ms BIGINT, sightings INTEGER);`,
  "CREATE TABLE room_labels (room_id VARCHAR PRIMARY KEY, label VARCHAR, tag VARCHAR);",
  `CREATE TABLE changed_calls (account VARCHAR, call_id VARCHAR, seen_ms BIGINT, fields VARCHAR,
     billed_before DECIMAL(18,6), billed_after DECIMAL(18,6));`,
  // Drawn once: without it a pseudonym could be found by trying names.
  "CREATE TABLE pseudonym_salt AS SELECT CAST(uuid() AS VARCHAR) || CAST(uuid() AS VARCHAR) AS salt;",
  `CREATE TABLE person_keys (key VARCHAR, erased BOOLEAN);
   CREATE TABLE purged_calls (seq BIGINT);
   CREATE TABLE dead_records (seq BIGINT, account VARCHAR, logged_ms BIGINT, person VARCHAR);`,
];

/** Everything that can be searched for by name, with the name that it had last. `also` is searched and not shown. */
const listed = (calls: string, kind: string, id: string, name: string, also = "NULL") =>
  `SELECT '${kind}' AS kind, ${id} AS id, arg_max(${name}, logged_ms) AS name, lower(concat_ws(' ', ${id}, arg_max(${name}, logged_ms), ${also})) AS words,
     count(*) AS calls, max(logged_ms) AS last_ms FROM ${calls} WHERE ${id} IS NOT NULL GROUP BY ${id}`;
export const directoryOf = (calls: string) =>
  [
    listed(calls, "room", "room_id", "room_name"),
    listed(calls, "conference", "conf_num", "room_name"),
    listed(calls, "person", "person", "coalesce(user_name, user_ref)", "arg_max(user_ref, logged_ms)"),
  ].join(" UNION ALL ");
export const makeDirectory = `CREATE OR REPLACE TABLE directory AS ${directoryOf("calls")}`;

export async function migrate(connection: DuckDBConnection): Promise<void> {
  await connection.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)");
  const reader = await connection.runAndReadAll("SELECT coalesce(max(version), 0)::INTEGER AS version FROM schema_version");
  const version = reader.getRowObjectsJS()[0]?.version as number;
  if (version > migrations.length) {
    throw new Error(`DATA_DIR was written by a newer Meetledger (warehouse version ${version}, this one knows ${migrations.length}).`);
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    await connection.run("BEGIN");
    await connection.run(sql);
    await connection.run(`INSERT INTO schema_version VALUES (${index + 1})`);
    await connection.run("COMMIT");
  }
}
