import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { maskedJson } from "../cdr";
import { pseudonym as pseudonymSql } from "./duckdb-dialect";
import type { RawFiles } from "./duckdb-raw";
import { column, inTransaction } from "./duckdb-statements";

/**
 * Taking persons out of calls, for good. What stays of a person is a pseudonym, which takes the place of `person` in every
 * call of theirs, those that keep their names too: so every count of people stays what it was. `person_keys` holds the
 * pseudonyms in force, `purged_calls` the rows that were treated, `dead_records` the records whose call came again later:
 * they stand in the files of raw records still.
 */
const keyOf = (text: string) => pseudonymSql("person", text);
const key = keyOf("person");
const names = "user_name = NULL, user_ref = NULL, ip = NULL, agent = NULL";

/** Puts pseudonyms in the place of the persons whose pseudonym is in force. */
async function rekey(connection: DuckDBConnection): Promise<void> {
  for (const table of ["call_rows", "dead_records"]) {
    await connection.run(`UPDATE ${table} SET person = ${key} WHERE person IS NOT NULL AND ${key} IN (SELECT key FROM person_keys)`);
  }
}

/** The same for a load's rows before they count: who was erased comes back without a name. */
export async function keepPseudonyms(connection: DuckDBConnection, loadId: bigint): Promise<void> {
  const [keys] = await column<number>(connection, "SELECT count(*)::INTEGER FROM person_keys");
  if (!keys) return;
  await connection.run(`UPDATE call_rows SET person = ${key} WHERE load_id = $1 AND ${key} IN (SELECT key FROM person_keys)`, [loadId]);
  await connection.run(`UPDATE call_rows SET ${names} WHERE load_id = $1 AND person IN (SELECT key FROM person_keys WHERE erased)`, [loadId]);
}

/** What a purge is made of. `takeSeq` gives a number for each new file. */
export interface Purging {
  connection: DuckDBConnection;
  raw: RawFiles;
  takeSeq: () => number;
  /** To be called once something of the calls has changed. */
  changed: () => void;
  /** To be told of raw records that cannot be read, and were taken away whole. */
  lost: (records: number, error: unknown) => void;
}

/** Purges an account's calls that were logged before an instant, and its rejected records. Returns how many calls it purged. */
export async function purgeBefore(purging: Purging, account: string, before: number): Promise<number> {
  const values = [account, BigInt(before)];
  await purging.connection.run("UPDATE rejected_records SET raw = '' WHERE account = $1 AND last_ms < $2 AND raw <> ''", values);
  return treat(purging, "account = $1 AND logged_ms < $2", values, async (connection) => {
    await connection.run(
      `INSERT INTO person_keys SELECT DISTINCT ${key}, false FROM purge_now
       WHERE person IS NOT NULL AND person NOT IN (SELECT key FROM person_keys) AND ${key} NOT IN (SELECT key FROM person_keys)`,
    );
    await rekey(connection);
  });
}

/** Erases a person, known by ref, by name where there is no ref, or by pseudonym: what is loaded, and what comes later. */
export async function erasePerson(purging: Purging, person: string): Promise<{ calls: number; pseudonym: string }> {
  const { connection, changed } = purging;
  await inTransaction(connection, async () => {
    const known = `CASE WHEN $1 IN (SELECT key FROM person_keys) THEN $1 ELSE ${keyOf("$1")} END`;
    await connection.run(`CREATE OR REPLACE TEMP TABLE erased_key AS SELECT ${known} AS key`, [person]);
    await connection.run("DELETE FROM person_keys WHERE key IN (SELECT key FROM erased_key)");
    await connection.run("INSERT INTO person_keys SELECT key, true FROM erased_key");
    await connection.run("UPDATE rejected_records SET raw = '' WHERE contains(raw, $1)", [JSON.stringify(person)]);
    await rekey(connection);
  });
  changed();
  const [pseudonym = ""] = await column<string>(connection, "SELECT key FROM erased_key");
  return { calls: await purgeErased(purging), pseudonym };
}

/** Treats calls of erased persons that came since. */
export function purgeErased(purging: Purging): Promise<number> {
  return treat(purging, "person IN (SELECT key FROM person_keys WHERE erased)", [], async () => {});
}

/**
 * Takes the names out of the rows of a condition. Their files of raw records are written anew first, under numbers that
 * nothing refers to yet; one transaction then makes all of it count, so that a crash leaves either all or nothing.
 */
async function treat(purging: Purging, condition: string, values: DuckDBValue[], also: (connection: DuckDBConnection) => Promise<void>): Promise<number> {
  const { connection, changed } = purging;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE purge_now AS
     SELECT seq, person, true AS is_call FROM call_rows WHERE live AND ${condition} AND seq NOT IN (SELECT seq FROM purged_calls)
     UNION ALL SELECT seq, person, false FROM dead_records WHERE ${condition}`,
    values,
  );
  const [rows] = await column<number>(connection, "SELECT count(*)::INTEGER FROM purge_now");
  if (!rows) return 0;
  const [calls = 0] = await column<number>(connection, "SELECT (count(*) FILTER (WHERE is_call))::INTEGER FROM purge_now");
  await connection.run("CREATE OR REPLACE TEMP TABLE moved_blocks (first_seq BIGINT, load_id BIGINT, start BIGINT, bytes INTEGER, digest BIGINT)");
  await rewrite(purging);
  await inTransaction(connection, async () => {
    await also(connection);
    await connection.run(`UPDATE call_rows SET ${names} WHERE seq IN (SELECT seq FROM purge_now)`);
    await connection.run("INSERT INTO purged_calls SELECT seq FROM purge_now WHERE is_call");
    await connection.run("DELETE FROM dead_records WHERE seq IN (SELECT seq FROM purge_now)");
    await connection.run("INSERT INTO spare_files SELECT DISTINCT load_id FROM raw_blocks WHERE first_seq IN (SELECT first_seq FROM moved_blocks)");
    await connection.run("DELETE FROM spare_files WHERE load_id IN (SELECT load_id FROM moved_blocks)");
    await connection.run(
      `UPDATE raw_blocks SET load_id = m.load_id, start = m.start, bytes = m.bytes, digest = m.digest
       FROM moved_blocks m WHERE raw_blocks.first_seq = m.first_seq`,
    );
  });
  changed();
  // The engine frees what was overwritten, so that it is written over; a transaction elsewhere may keep it from doing so now.
  await connection.run("CHECKPOINT").catch(() => {});
  return calls;
}

/** Removes the files that nothing counts on: those that were written anew, and those of which every call came again later. */
export async function removeSpareFiles({ connection, raw }: Pick<Purging, "connection" | "raw">): Promise<void> {
  const files = await column<bigint>(connection, "SELECT load_id FROM spare_files WHERE load_id NOT IN (SELECT load_id FROM raw_blocks)");
  for (const file of files) await raw.remove(file);
  await connection.run("DELETE FROM spare_files");
}

/**
 * Writes the files that hold records to be treated anew, and notes in `moved_blocks` where their blocks lie now. A record that
 * belongs to no call any more, or never did, is left out: nobody can ask for it. So is a block that cannot be read.
 */
async function rewrite({ connection, raw, takeSeq, lost }: Purging): Promise<void> {
  const files = await column<bigint>(
    connection,
    "SELECT DISTINCT b.load_id FROM purge_now p ASOF JOIN raw_blocks b ON p.seq >= b.first_seq WHERE p.seq < b.end_seq ORDER BY b.load_id",
  );
  for (const file of files) {
    const reader = await connection.runAndReadAll(
      `WITH blocks AS (SELECT * FROM raw_blocks WHERE load_id = $1),
         placed AS (SELECT b.first_seq, c.seq, p.seq IS NOT NULL AS treated
           FROM (SELECT seq FROM call_rows WHERE live) c ASOF JOIN blocks b ON c.seq >= b.first_seq LEFT JOIN purge_now p ON p.seq = c.seq WHERE c.seq < b.end_seq),
         lists AS (SELECT first_seq, list(seq) AS calls, list(seq) FILTER (WHERE treated) AS treated FROM placed GROUP BY first_seq)
       SELECT first_seq, end_seq, start::DOUBLE AS start, bytes, digest::DOUBLE AS digest, calls, treated FROM blocks LEFT JOIN lists USING (first_seq) ORDER BY start`,
      [file],
    );
    const to = BigInt(takeSeq());
    await connection.run("INSERT INTO spare_files VALUES ($1)", [to]);
    const writer = await raw.writer(to);
    try {
      for (const block of reader.getRowObjectsJS() as unknown as StoredBlock[]) {
        const kept = await recordsWithout(raw, file, block, lost);
        const place = await writer.writeRecords(Number(block.first_seq), kept);
        await connection.run("INSERT INTO moved_blocks VALUES ($1, $2, $3, $4, $5)", [
          block.first_seq,
          to,
          BigInt(place.offset),
          place.bytes,
          BigInt(place.digest),
        ]);
      }
      await writer.finish();
    } finally {
      await writer.close();
    }
  }
}

/** The records of a block as they may stay. */
async function recordsWithout(raw: RawFiles, file: bigint, block: StoredBlock, lost: Purging["lost"]): Promise<string[]> {
  const places = (seqs: (bigint | null)[] | null) => new Set((seqs ?? []).flatMap((seq) => (seq === null ? [] : Number(seq - block.first_seq))));
  const [calls, treated] = [places(block.calls), places(block.treated)];
  try {
    const records = await raw.read(file, block.start, block.bytes, block.digest);
    return records.map((record, index) => (treated.has(index) ? maskedJson(record) : calls.has(index) ? record : "null"));
  } catch (error) {
    lost(calls.size, error);
    return new Array(Number(block.end_seq - block.first_seq)).fill("null");
  }
}

interface StoredBlock {
  first_seq: bigint;
  end_seq: bigint;
  start: number;
  bytes: number;
  digest: number | null;
  /** Sequence numbers of its records that are calls, and of those that are treated. */
  calls: (bigint | null)[] | null;
  treated: (bigint | null)[] | null;
}
