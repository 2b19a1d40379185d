import type { DuckDBConnection } from "@duckdb/node-api";
import { appendAccounts } from "./duckdb-append";
import { keepLast, removeBlocks } from "./duckdb-merge";
import { column, inTransaction } from "./duckdb-statements";
import type { HeldAccount, WarehouseAccount } from "./warehouse";

/**
 * Whose calls there are. The same call may be delivered under two accounts: in `doubled_calls` stands, for a call, each
 * account of an earlier place that has it too, so that figures over both can count it once.
 */

/** Ids of calls that several accounts have. Of a load, or of all there is. */
const doubledIds = (ofLoad: boolean) =>
  ofLoad
    ? `SELECT DISTINCT call_id FROM call_rows WHERE live AND account <> $1
         AND hash(call_id) IN (SELECT hash(call_id) FROM call_rows WHERE load_id = $2) AND call_id IN (SELECT call_id FROM call_rows WHERE load_id = $2)`
    : "SELECT call_id FROM call_rows WHERE live GROUP BY call_id HAVING count(DISTINCT account) > 1";

/** Writes down which of the calls in `doubled_ids` count under another account. */
async function writeDoubled(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE doubled_rows AS
     SELECT seq, call_id, account, coalesce(place, 1000000) AS place FROM call_rows LEFT JOIN accounts ON accounts.id = account
     WHERE live AND call_id IN (SELECT call_id FROM doubled_ids)`,
  );
  await connection.run("DELETE FROM doubled_calls WHERE seq IN (SELECT seq FROM doubled_rows)");
  await connection.run(
    `INSERT INTO doubled_calls SELECT one.seq, other.account, other.seq FROM doubled_rows one JOIN doubled_rows other USING (call_id)
     WHERE one.account <> other.account AND (other.place < one.place OR (other.place = one.place AND other.account < one.account))`,
  );
}

/** The same for the calls of a load that counts from now on. */
export async function noteDoubled(connection: DuckDBConnection, account: string, loadId: bigint): Promise<void> {
  const others = await column(connection, "SELECT 1 FROM call_rows WHERE live AND account <> $1 LIMIT 1", [account]);
  if (others.length === 0) return;
  await connection.run(`CREATE OR REPLACE TEMP TABLE doubled_ids AS ${doubledIds(true)}`, [account, loadId]);
  const [count] = await column<number>(connection, "SELECT count(*)::INTEGER FROM doubled_ids");
  if (count) await writeDoubled(connection);
}

async function noteAllDoubled(connection: DuckDBConnection): Promise<void> {
  await connection.run("DELETE FROM doubled_calls");
  const [accounts] = await column<number>(connection, "SELECT count(DISTINCT account)::INTEGER FROM call_rows WHERE live");
  if ((accounts ?? 0) < 2) return;
  await connection.run(`CREATE OR REPLACE TEMP TABLE doubled_ids AS ${doubledIds(false)}`);
  await writeDoubled(connection);
}

/** Replaces what is known of accounts. Their order decides under which of two accounts a call counts. */
export async function setAccounts(connection: DuckDBConnection, accounts: WarehouseAccount[]): Promise<void> {
  const known = await column<string>(connection, "SELECT id FROM accounts ORDER BY place");
  await inTransaction(connection, async () => {
    await connection.run("DELETE FROM accounts");
    await appendAccounts(connection, accounts);
    if (known.join("\n") !== accounts.map(({ id }) => id).join("\n")) await noteAllDoubled(connection);
  });
}

/** Every account that calls are held of, or that was told of. */
export async function heldAccounts(connection: DuckDBConnection): Promise<HeldAccount[]> {
  const reader = await connection.runAndReadAll(
    `SELECT coalesce(accounts.id, held.account) AS id, project, name, coalesce(calls, 0)::DOUBLE AS calls FROM accounts
     FULL JOIN (SELECT account, count(*) AS calls FROM call_rows WHERE live GROUP BY account) held ON held.account = accounts.id ORDER BY place NULLS LAST, 1`,
  );
  return reader.getRowObjectsJS() as unknown as HeldAccount[];
}

/** Gives everything of one account to another: two accounts that turned out to be one. Calls that both have become one call. */
export async function moveAccount(connection: DuckDBConnection, from: string, to: string): Promise<void> {
  await inTransaction(connection, async () => {
    for (const table of ["call_rows", "raw_blocks", "dead_records", "changed_calls"]) {
      await connection.run(`UPDATE ${table} SET account = $2 WHERE account = $1`, [from, to]);
    }
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE shared AS SELECT hash(call_id) AS hash FROM call_rows WHERE account = $1 AND live GROUP BY 1 HAVING count(*) > 1`,
      [to],
    );
    await keepLast(connection, to, null);
    await connection.run(
      `UPDATE rejected_records SET sightings = rejected_records.sightings + other.sightings,
         first_ms = least(rejected_records.first_ms, other.first_ms), last_ms = greatest(rejected_records.last_ms, other.last_ms)
       FROM (SELECT * FROM rejected_records WHERE account = $1) other WHERE rejected_records.account = $2 AND rejected_records.hash = other.hash`,
      [from, to],
    );
    await connection.run("DELETE FROM rejected_records WHERE account = $1 AND hash IN (SELECT hash FROM rejected_records WHERE account = $2)", [from, to]);
    await connection.run("UPDATE rejected_records SET account = $2 WHERE account = $1", [from, to]);
    // Of a day that both loaded, the load that began last counts.
    await connection.run(
      `DELETE FROM loaded_days WHERE account = $1 AND EXISTS (SELECT 1 FROM loaded_days o WHERE o.account = $2 AND o.day = loaded_days.day AND o.load_id > loaded_days.load_id)`,
      [from, to],
    );
    await connection.run("DELETE FROM loaded_days WHERE account = $2 AND day IN (SELECT day FROM loaded_days WHERE account = $1)", [from, to]);
    await connection.run("UPDATE loaded_days SET account = $2 WHERE account = $1", [from, to]);
    await connection.run("DELETE FROM accounts WHERE id = $1", [from]);
    await noteAllDoubled(connection);
  });
}

/** Takes an account's calls away for good, with what was rejected of it and its raw records. Returns how many calls there were. */
export async function takeAway(connection: DuckDBConnection, account: string): Promise<number> {
  return inTransaction(connection, async () => {
    const values = [account];
    const [calls = 0] = await column<number>(connection, "SELECT count(*)::DOUBLE FROM call_rows WHERE live AND account = $1", values);
    for (const table of ["withdrawn_calls", "purged_calls"]) {
      await connection.run(`DELETE FROM ${table} WHERE seq IN (SELECT seq FROM call_rows WHERE account = $1)`, values);
    }
    await removeBlocks(connection, "account = $1", values);
    for (const table of ["call_rows", "dead_records", "changed_calls", "rejected_records", "loaded_days"]) {
      await connection.run(`DELETE FROM ${table} WHERE account = $1`, values);
    }
    await noteAllDoubled(connection);
    return calls;
  });
}
