import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { checkRecord, clientOf, networkOf, type RecordText } from "../cdr";
import { DAY_MS } from "../time";
import type { TwoSteps } from "../turn";
import { noteDoubled } from "./duckdb-accounts";
import { appendBlocks, appendCalls, appendRejected, appendTexts, type Numbered, type Sighted } from "./duckdb-append";
import { keepLast } from "./duckdb-merge";
import { insertPlain, makeKnown, newAddresses, newAgents, othersOf, removeOthers, tellClients, tellNetworks } from "./duckdb-plain";
import { keepPseudonyms } from "./duckdb-purge";
import type { RawFiles } from "./duckdb-raw";
import { type Slice, sliceRecords, spool } from "./duckdb-spool";
import { column, inTransaction } from "./duckdb-statements";
import type { Covered, LoadOutcome } from "./warehouse";

/** One load under way. */
export interface Load {
  /** They take in slices by turns: one writes what it has read while the other reads. */
  hands: [DuckDBConnection, DuckDBConnection];
  account: string;
  loadId: bigint;
  /** The days of which the answer holds every call; null where it is of no whole days. Others are kept, but not counted in the outcome. */
  covered: Covered | null;
  /** Reading a slice, and writing it. More at once, of whichever load, would take the engine's memory several times. */
  steps: TwoSteps;
  /** To be told of rows that do not fill a group. */
  loose: (rows: number) => Promise<void>;
  /** Gives out sequence numbers: the first of `count` consecutive ones. */
  takeSeqs: (count: number) => number;
  /** Calls that the engine did not read itself, not written yet. */
  others: Numbered[];
  /** Rejected records that are not written yet, by the hash of their text, and the length of those texts. */
  rejected: Map<string, Sighted>;
  rejectedLength: number;
}

/** So many calls are written at once, or at the end of the load: a few between two slices would tear its groups of rows apart. */
const mostOthers = 4_096;
const mostOthersLength = 16 * 1024 * 1024;
/** Texts of rejected records in memory: a feed may have nothing else. */
const mostRejectedLength = 8 * 1024 * 1024;

/**
 * Loads an answer. Its rows are written slice by slice, each in a transaction of its own, so that memory stays bounded;
 * one last transaction makes them count, all at once. Whatever goes wrong before leaves nothing that counts.
 */
export async function loadAnswer(load: Load, directory: string, raw: RawFiles, batches: AsyncIterable<RecordText[]>): Promise<LoadOutcome> {
  const { hands, account, loadId } = load;
  const [connection] = hands;
  for (const hand of hands) await hand.run(makeKnown);
  const writer = await raw.writer(loadId);
  /** What each hand is taking in, while further slices are being written. */
  const taking = hands.map(() => Promise.resolve());
  let slices = 0;
  try {
    for await (const slice of spool(directory, writer, batches)) {
      const turn = slices++ % hands.length;
      try {
        await taking[turn];
      } catch (error) {
        await slice.discard();
        throw error;
      }
      const taken = takeSlice(load, hands[turn] as DuckDBConnection, slice).finally(() => slice.discard());
      taken.catch(() => {});
      taking[turn] = taken;
    }
    for (const taken of taking) await taken;
    await writer.finish();
  } finally {
    await Promise.allSettled(taking);
    await writer.close();
  }
  const others = load.others.length;
  const outcome = await load.steps.do(
    async () => {},
    () =>
      inTransaction(connection, async () => {
        await writeOthers(load, connection);
        await connection.run(removeOthers, [loadId]);
        await keepPseudonyms(connection, loadId);
        const seen = await countCalls(connection, load);
        await goLive(connection, account, loadId);
        if (load.covered) await noteCovered(connection, account, loadId, load.covered);
        await noteDoubled(connection, account, loadId);
        const rejected = await keepRejected(connection, load);
        const calls = await countCalls(connection, load);
        return { calls, duplicates: seen - calls, rejected };
      }),
  );
  // The load counts and is on the disk. Nothing that goes wrong from here on may undo it.
  await load.loose(others).catch(() => {});
  return outcome;
}

/** Removes what a load left that did not end well; with no load named, what all such loads left but for their files. */
export async function discardLoad(connection: DuckDBConnection, raw: RawFiles, loadId: bigint | null): Promise<void> {
  if (loadId === null) {
    await connection.run("DELETE FROM raw_blocks WHERE load_id IN (SELECT load_id FROM call_rows WHERE NOT live)");
    await connection.run("DELETE FROM call_rows WHERE NOT live");
    await connection.run("DELETE FROM rejected_rows");
    return;
  }
  await raw.remove(loadId);
  for (const table of ["raw_blocks", "call_rows", "rejected_rows"]) await connection.run(`DELETE FROM ${table} WHERE load_id = $1`, [loadId]);
}

/** Rows of a load that its outcome tells of: before it counts each sighting, afterwards each call. */
async function countCalls(connection: DuckDBConnection, { loadId, covered }: Load): Promise<number> {
  const { start, end } = covered ?? always;
  const [rows] = await column<number>(connection, "SELECT count(*)::INTEGER FROM call_rows WHERE load_id = $1 AND logged_ms >= $2 AND logged_ms < $3", [
    loadId,
    BigInt(start),
    BigInt(end),
  ]);
  return rows as number;
}

/** All instants that there are. */
const always = { start: -8.64e15, end: 8.64e15 };

/** Takes one slice in. */
async function takeSlice(load: Load, hand: DuckDBConnection, slice: Slice): Promise<void> {
  const { account, loadId } = load;
  const firstSeq = load.takeSeqs(slice.count);
  const read = async () => {
    await hand.run("BEGIN");
    await hand.run(insertPlain(slice.path), [account, loadId, BigInt(firstSeq)]);
  };
  const write = async () => {
    await tellNew(hand, loadId, firstSeq);
    await takeOthers(load, hand, slice, firstSeq);
    await appendBlocks(hand, account, loadId, firstSeq, slice.blocks);
    await hand.run("COMMIT");
  };
  try {
    await load.steps.do(read, write);
    if (slice.count < sliceRecords) await load.loose(slice.count);
  } catch (error) {
    await hand.run("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Reads those records of a slice that the engine did not read itself. */
async function takeOthers(load: Load, hand: DuckDBConnection, slice: Slice, firstSeq: number): Promise<void> {
  const { others, loadId } = load;
  let length = 0;
  for (const index of await column<number>(hand, othersOf(firstSeq, slice.count))) {
    const { raw, reason } = await slice.record(index);
    length += raw.length;
    const outcome = reason === undefined ? checkRecord(raw) : { reason };
    if ("call" in outcome) others.push({ seq: firstSeq + index, call: outcome.call });
    else noteRejected(load, outcome.reason, raw);
  }
  if (load.rejectedLength >= mostRejectedLength) await writeRejected(load, hand);
  if (others.length >= mostOthers) await writeOthers(load, hand);
  // Texts that are far too long must not lie in the engine until the load ends.
  if (length > mostOthersLength) await hand.run(removeOthers, [loadId]);
}

async function writeOthers({ account, loadId, others }: Load, hand: DuckDBConnection): Promise<void> {
  await appendCalls(hand, account, loadId, others.splice(0));
}

/** Agents and addresses are read in JavaScript, each once per load; the rows that met them first are filled in here. */
async function tellNew(connection: DuckDBConnection, loadId: bigint, firstSeq: number): Promise<void> {
  const since = [loadId, BigInt(firstSeq)];
  const agents = await column<string>(connection, newAgents, since);
  if (agents.length > 0) {
    const told = agents.map((agent) => {
      const { browser, browser_version, os, device } = clientOf(agent);
      return [agent, browser, browser_version, os, device];
    });
    await appendTexts(connection, "new_agents", told);
    await connection.run(tellClients, since);
    await connection.run("INSERT INTO known_agents FROM new_agents; TRUNCATE new_agents");
  }
  const addresses = await column<string>(connection, newAddresses, since);
  if (addresses.length > 0) {
    await appendTexts(
      connection,
      "new_networks",
      addresses.map((ip) => [ip, networkOf(ip)]),
    );
    await connection.run(tellNetworks, since);
    await connection.run("INSERT INTO known_networks FROM new_networks; TRUNCATE new_networks");
  }
}

/** Makes a load's rows count. Of calls with one identity only the record that came last stays. */
async function goLive(connection: DuckDBConnection, account: string, loadId: bigint): Promise<void> {
  // By hashes, which take a fraction of the identities' room; two that share one by chance are told apart below.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE shared AS
     SELECT hash(call_id) AS hash FROM call_rows
     WHERE account = $1 AND (live OR load_id = $2) AND hash(call_id) IN (SELECT hash(call_id) FROM call_rows WHERE load_id = $2)
     GROUP BY 1 HAVING count(*) > 1`,
    [account, loadId],
  );
  await keepLast(connection, account, loadId);
}

/**
 * Notes that an answer held every call of some days: the days are loaded, and calls of them that it did not hold are
 * withdrawn. What a load that began later has told of a day stays.
 */
async function noteCovered(connection: DuckDBConnection, account: string, loadId: bigint, { start, end, fetchedAt }: Covered): Promise<void> {
  const [from, to] = [Math.floor(start / DAY_MS), Math.floor((end - 1) / DAY_MS)];
  await connection.run(
    `INSERT INTO withdrawn_calls SELECT seq, $5 FROM call_rows
     WHERE account = $1 AND live AND load_id < $2 AND logged_ms >= $3 AND logged_ms < $4 AND seq NOT IN (SELECT seq FROM withdrawn_calls)
       AND logged_ms // ${DAY_MS} NOT IN (SELECT day FROM loaded_days WHERE account = $1 AND load_id > $2)`,
    [account, loadId, BigInt(start), BigInt(end), BigInt(fetchedAt)],
  );
  await connection.run("DELETE FROM loaded_days WHERE account = $1 AND day BETWEEN $2 AND $3 AND load_id < $4", [account, from, to, loadId]);
  await connection.run(
    `INSERT INTO loaded_days SELECT $1, d::INTEGER, $4, $5 FROM range($2::BIGINT, $3::BIGINT + 1) days(d)
     WHERE d NOT IN (SELECT day FROM loaded_days WHERE account = $1)`,
    [account, from, to, loadId, BigInt(fetchedAt)],
  );
}

/** Longer rejected records are kept up to here, with a word on how much is left out: the engine holds thousands of them at once. */
const longestRejected = 16_000;

function noteRejected(load: Load, reason: string, raw: string): void {
  const hash = createHash("sha256").update(raw).digest("hex");
  const known = load.rejected.get(hash);
  if (known) {
    known.count++;
    return;
  }
  const left = raw.length - longestRejected;
  const kept = left > 0 ? `${raw.slice(0, longestRejected)} … (${left} more characters)` : raw;
  load.rejected.set(hash, { hash, reason, raw: kept.toWellFormed(), count: 1 });
  load.rejectedLength += kept.length;
}

async function writeRejected(load: Load, connection: DuckDBConnection): Promise<void> {
  await appendRejected(connection, load.loadId, [...load.rejected.values()]);
  load.rejected.clear();
  load.rejectedLength = 0;
}

/** Keeps each rejected record once per account; seeing it again counts the sighting. Returns how many different ones there are. */
async function keepRejected(connection: DuckDBConnection, load: Load): Promise<number> {
  await writeRejected(load, connection);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE sighted AS
     SELECT hash, any_value(reason) AS reason, any_value(raw) AS raw, sum(count)::INTEGER AS count FROM rejected_rows WHERE load_id = $1 GROUP BY hash`,
    [load.loadId],
  );
  const [count] = await column<number>(connection, "SELECT count(*)::INTEGER FROM sighted");
  if (!count) return 0;
  const values = [load.account, BigInt(Date.now())];
  await connection.run(
    `UPDATE rejected_records SET last_ms = $2, sightings = sightings + s.count, reason = s.reason
     FROM sighted s WHERE rejected_records.account = $1 AND rejected_records.hash = s.hash`,
    values,
  );
  await connection.run(
    `INSERT INTO rejected_records SELECT $1, hash, reason, raw, $2, $2, count FROM sighted
     WHERE hash NOT IN (SELECT hash FROM rejected_records WHERE account = $1)`,
    values,
  );
  await connection.run("DELETE FROM rejected_rows WHERE load_id = $1", [load.loadId]);
  return count;
}
