import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { column } from "./duckdb-statements";

/** Above all sequence numbers, which are whole in JavaScript. A load's number and a row's make one number, to be compared by. */
const aboveSeqs = 2n ** 53n;

/**
 * Of an account's calls whose hashes stand in `shared`, keeps of each identity the record that came last: that of the load
 * which began last, and of its records the last. Its sightings are the sum. A load that is named counts from here on.
 */
export async function keepLast(connection: DuckDBConnection, account: string, loadId: bigint | null): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE met AS
     SELECT call_id, seq, load_id::HUGEINT * ${aboveSeqs} + seq AS place, sightings FROM call_rows
     WHERE account = $1 AND (live OR load_id = $2) AND hash(call_id) IN (SELECT hash FROM shared)`,
    [account, loadId],
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE repeated AS
     SELECT call_id, arg_max(seq, place) AS keep, sum(sightings)::INTEGER AS sightings FROM met GROUP BY call_id HAVING count(*) > 1`,
  );
  await connection.run("CREATE OR REPLACE TEMP TABLE replaced AS SELECT seq FROM met JOIN repeated USING (call_id) WHERE seq <> keep");
  const replaced = await column<number>(connection, "SELECT count(*)::INTEGER FROM replaced");
  if (loadId !== null) await connection.run("UPDATE call_rows SET live = true WHERE load_id = $1", [loadId]);
  if ((replaced[0] ?? 0) > 0) {
    await noteChanges(connection, account, await stretch(connection, "SELECT seq FROM replaced UNION ALL SELECT keep FROM repeated"));
    // Their raw records stand in blocks beside those of other calls, and must be found when names are purged.
    await connection.run("INSERT INTO dead_records SELECT seq, account, logged_ms, person FROM call_rows WHERE seq IN (SELECT seq FROM replaced)");
    for (const table of ["call_rows", "withdrawn_calls", "doubled_calls"]) {
      await connection.run(`DELETE FROM ${table} WHERE seq IN (SELECT seq FROM replaced)`);
    }
    await connection.run("UPDATE call_rows SET sightings = r.sightings FROM repeated r WHERE call_rows.seq = r.keep");
    await dropDeadBlocks(connection);
  }
}

/** What a call's bill and its place rest on: a record that comes again with another of these is told by the audit. */
const watched = [
  "billed_minutes",
  "connect_seconds",
  "connect_ms",
  "disconnect_ms",
  "logged_ms",
  "conf_num",
  "room_id",
  "call_num",
  "role",
  "person",
  "quality",
];

/** The first and the last of some sequence numbers: with them a statement looks through a few rows, however many calls there are. */
async function stretch(connection: DuckDBConnection, seqs: string): Promise<[first: bigint | null, last: bigint | null]> {
  const reader = await connection.runAndReadAll(`SELECT min(seq), max(seq) FROM (${seqs}) seqs (seq)`);
  return reader.getRows()[0] as [bigint | null, bigint | null];
}

async function noteChanges(connection: DuckDBConnection, account: string, [first, last]: [bigint | null, bigint | null]): Promise<void> {
  const fields = watched.map((name) => `CASE WHEN old.${name} IS DISTINCT FROM new.${name} THEN '${name}' END`).join(", ");
  await connection.run(
    `INSERT INTO changed_calls
     WITH near AS NOT MATERIALIZED (SELECT * FROM call_rows WHERE seq BETWEEN $3 AND $4)
     SELECT $1, new.call_id, $2, fields, billed_before, billed_after FROM (
       SELECT new.call_id, concat_ws(',', ${fields}) AS fields, old.billed_minutes AS billed_before, new.billed_minutes AS billed_after
       FROM replaced r JOIN near old ON old.seq = r.seq JOIN repeated k ON k.call_id = old.call_id JOIN near new ON new.seq = k.keep) new
     WHERE fields <> ''`,
    [account, BigInt(Date.now()), first, last],
  );
}

/**
 * Raw blocks of which no record belongs to a call any more. Blocks do not overlap, so each row's block is the one that begins
 * last before it: an ASOF join finds them in one pass, where comparing ranges cost a tenth of a load. Only the stretch of
 * rows in which such blocks lie is looked through; as a rule it is short, however many calls there are.
 */
async function dropDeadBlocks(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE hit AS
     SELECT DISTINCT b.first_seq, b.end_seq FROM replaced r JOIN raw_blocks b ON r.seq >= b.first_seq AND r.seq < b.end_seq`,
  );
  const [first, last] = await stretch(connection, "SELECT first_seq FROM hit UNION ALL SELECT end_seq - 1 FROM hit");
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE dead_blocks AS SELECT first_seq FROM hit WHERE first_seq NOT IN (
       SELECT h.first_seq FROM (SELECT seq FROM call_rows WHERE seq BETWEEN $1 AND $2) c ASOF JOIN hit h ON c.seq >= h.first_seq WHERE c.seq < h.end_seq)`,
    [first, last],
  );
  await removeBlocks(connection, "first_seq IN (SELECT first_seq FROM dead_blocks)");
}

/** Takes blocks of raw records out of the list. A file of which none is left may go. */
export async function removeBlocks(connection: DuckDBConnection, condition: string, values: DuckDBValue[] = []): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE left_files AS SELECT DISTINCT load_id FROM raw_blocks WHERE ${condition}`, values);
  await connection.run(`DELETE FROM raw_blocks WHERE ${condition}`, values);
  await connection.run("INSERT INTO spare_files SELECT load_id FROM left_files WHERE load_id NOT IN (SELECT load_id FROM raw_blocks)");
}
