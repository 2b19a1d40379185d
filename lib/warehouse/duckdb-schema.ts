import type { DuckDBConnection } from "@duckdb/node-api";
import { AppError } from "../error";
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
  // What tells this warehouse from every other, and which opening of it wrote last.
  "CREATE TABLE identity AS SELECT CAST(uuid() AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS opening;",
  // Which days are loaded stands beside the calls, so that neither can be there without the other.
  `CREATE TABLE loaded_days (account VARCHAR, day INTEGER, load_id BIGINT, fetched_ms BIGINT);
   CREATE TABLE withdrawn_calls (seq BIGINT, since_ms BIGINT);
   CREATE TABLE accounts (id VARCHAR, project VARCHAR, name VARCHAR, place INTEGER);
   CREATE TABLE doubled_calls (seq BIGINT, account VARCHAR, other_seq BIGINT);`,
  // Rejected records of loads under way, and files of raw records that nothing counts on any more, because all their calls came again.
  `CREATE TABLE rejected_rows (load_id BIGINT, hash VARCHAR, reason VARCHAR, raw VARCHAR, count INTEGER);
   CREATE TABLE spare_files (load_id BIGINT);`,
  // By which a block of raw records is known to be as it was written.
  "ALTER TABLE raw_blocks ADD COLUMN digest BIGINT;",
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
export const makeDirectory = `CREATE OR REPLACE TABLE directory AS ${directoryOf("(SELECT * FROM calls WHERE seq NOT IN (SELECT seq FROM doubled_calls)) calls")}`;

/** From this version on a warehouse has an identity. */
export const withIdentity = 6;

/** Brings the tables up to date. Returns the version that they were at; 0 for a new file. */
export async function migrate(connection: DuckDBConnection): Promise<number> {
  await connection.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)");
  const reader = await connection.runAndReadAll("SELECT coalesce(max(version), 0)::INTEGER AS version FROM schema_version");
  const version = reader.getRowObjectsJS()[0]?.version as number;
  if (version > migrations.length) {
    throw new AppError(
      "storage_damaged",
      `The warehouse was written by a newer Meetledger (version ${version}, this one knows ${migrations.length}). Start that one.`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    await connection.run("BEGIN");
    await connection.run(sql);
    await connection.run(`INSERT INTO schema_version VALUES (${index + 1})`);
    await connection.run("COMMIT");
  }
  return version;
}
