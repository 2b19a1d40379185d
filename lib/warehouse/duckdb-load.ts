import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { checkRecord, clientOf, networkOf, type RecordText } from "../cdr";
import type { TwoSteps } from "../turn";
import { appendBlocks, appendCalls, appendSighted, appendTexts, type Numbered, type Sighted } from "./duckdb-append";
import { insertPlain, makeKnown, newAddresses, newAgents, othersOf, removeOthers, tellClients, tellNetworks } from "./duckdb-plain";
import { keepPseudonyms } from "./duckdb-purge";
import type { RawFiles } from "./duckdb-raw";
import { type Slice, sliceRecords, spool } from "./duckdb-spool";
import { column, inTransaction } from "./duckdb-statements";
import type { LoadOutcome, Stretch } from "./warehouse";

/** One load under way. */
export interface Load {
  /** They take in slices by turns: one writes what it has read while the other reads. */
  hands: [DuckDBConnection, DuckDBConnection];
  account: string;
  loadId: bigint;
  /** Calls logged outside it are kept, but not counted in the outcome. */
  counted: Stretch;
  /** Reading a slice, and writing it. More at once, of whichever load, would take the engine's memory several times. */
  steps: TwoSteps;
  /** To be told of rows that do not fill a group. */
  loose: (rows: number) => Promise<void>;
  /** Gives out sequence numbers: the first of `count` consecutive ones. */
  takeSeqs: (count: number) => number;
  /** Calls that the engine did not read itself, not written yet. */
  others: Numbered[];
  /** Rejected records by the hash of their text. */
  rejected: Map<string, Sighted>;
}

/** So many calls are written at once, or at the end of the load: a few between two slices would tear its groups of rows apart. */
const mostOthers = 4_096;
const mostOthersLength = 16 * 1024 * 1024;

/**
 * Loads an answer. Its rows are written slice by slice, each in a transaction of its own, so that memory stays bounded;
 * one last transaction makes them count, all at once. Whatever goes wrong before leaves nothing that counts.
 */
export async function loadAnswer(load: Load, directory: string, raw: RawFiles, batches: AsyncIterable<RecordText[]>): Promise<LoadOutcome> {
  const { hands, account, loadId, rejected } = load;
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
  } finally {
    await Promise.allSettled(taking);
    await writer.close();
  }
  const [connection] = hands;
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
        await keepRejected(connection, account, [...rejected.values()]);
        const calls = await countCalls(connection, load);
        return { calls, duplicates: seen - calls, rejected: new Set(rejected.keys()) };
      }),
  );
  // The load counts and is on the disk. Nothing that goes wrong from here on may undo it.
  await load.loose(others).catch(() => {});
  return outcome;
}

/** Removes what a load left that did not end well; with no load named, what all such loads left. */
export async function discardLoad(connection: DuckDBConnection, raw: RawFiles, loadId: bigint | null): Promise<void> {
  if (loadId === null) {
    await connection.run("DELETE FROM raw_blocks WHERE load_id IN (SELECT load_id FROM call_rows WHERE NOT live)");
    await connection.run("DELETE FROM call_rows WHERE NOT live");
    raw.keepOnly(new Set((await column<bigint>(connection, "SELECT DISTINCT load_id FROM raw_blocks")).map(String)));
    return;
  }
  await connection.run("DELETE FROM raw_blocks WHERE load_id = $1", [loadId]);
  await connection.run("DELETE FROM call_rows WHERE load_id = $1", [loadId]);
  await raw.remove(loadId);
}

/** Rows of a load that its outcome tells of: before it counts each sighting, afterwards each call. */
async function countCalls(connection: DuckDBConnection, { loadId, counted }: Load): Promise<number> {
  const [rows] = await column<number>(connection, "SELECT count(*)::INTEGER FROM call_rows WHERE load_id = $1 AND logged_ms >= $2 AND logged_ms < $3", [
    loadId,
    BigInt(counted.start),
    BigInt(counted.end),
  ]);
  return rows as number;
}

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
  const { others, rejected, loadId } = load;
  let length = 0;
  for (const index of await column<number>(hand, othersOf(firstSeq, slice.count))) {
    const { raw, reason } = await slice.record(index);
    length += raw.length;
    const outcome = reason === undefined ? checkRecord(raw) : { reason };
    if ("call" in outcome) others.push({ seq: firstSeq + index, call: outcome.call });
    else noteRejected(rejected, outcome.reason, raw);
  }
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

/** Above all sequence numbers, which are whole in JavaScript. A load's number and a row's make one number, to be compared by. */
const aboveSeqs = 2n ** 53n;

/**
 * Makes a load's rows count. Of calls with one identity only the record that came last stays: that of the load which began
 * last, and of its records the last. Its sightings are the sum.
 */
async function goLive(connection: DuckDBConnection, account: string, loadId: bigint): Promise<void> {
  // By hashes, which take a fraction of the identities' room; two that share one by chance are told apart below.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE shared AS
     SELECT hash(call_id) AS hash FROM call_rows
     WHERE account = $1 AND (live OR load_id = $2) AND hash(call_id) IN (SELECT hash(call_id) FROM call_rows WHERE load_id = $2)
     GROUP BY 1 HAVING count(*) > 1`,
    [account, loadId],
  );
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
  await connection.run("UPDATE call_rows SET live = true WHERE load_id = $1", [loadId]);
  if ((replaced[0] ?? 0) > 0) {
    await noteChanges(connection, account, await stretch(connection, "SELECT seq FROM replaced UNION ALL SELECT keep FROM repeated"));
    // Their raw records stand in blocks beside those of other calls, and must be found when names are purged.
    await connection.run("INSERT INTO dead_records SELECT seq, account, logged_ms, person FROM call_rows WHERE seq IN (SELECT seq FROM replaced)");
    await connection.run("DELETE FROM call_rows WHERE seq IN (SELECT seq FROM replaced)");
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
    `DELETE FROM raw_blocks WHERE first_seq IN (
       SELECT first_seq FROM hit WHERE first_seq NOT IN (
         SELECT h.first_seq FROM (SELECT seq FROM call_rows WHERE seq BETWEEN $1 AND $2) c ASOF JOIN hit h ON c.seq >= h.first_seq WHERE c.seq < h.end_seq))`,
    [first, last],
  );
}

/** Longer rejected records are kept up to here, with a word on how much is left out: the engine holds thousands of them at once. */
const mostRejectedLength = 16_000;

function noteRejected(rejected: Map<string, Sighted>, reason: string, raw: string): void {
  const hash = createHash("sha256").update(raw).digest("hex");
  const known = rejected.get(hash);
  const left = raw.length - mostRejectedLength;
  if (known) known.count++;
  else rejected.set(hash, { hash, reason, raw: left > 0 ? `${raw.slice(0, mostRejectedLength)} … (${left} more characters)` : raw, count: 1 });
}

/** Keeps each rejected record once per account; seeing it again counts the sighting. */
async function keepRejected(connection: DuckDBConnection, account: string, records: Sighted[]): Promise<void> {
  if (records.length === 0) return;
  await connection.run("CREATE OR REPLACE TEMP TABLE sighted (hash VARCHAR, reason VARCHAR, raw VARCHAR, count INTEGER)");
  await appendSighted(connection, records);
  const now = BigInt(Date.now());
  await connection.run(
    `UPDATE rejected_records SET last_ms = $2, sightings = sightings + s.count, reason = s.reason
     FROM sighted s WHERE rejected_records.account = $1 AND rejected_records.hash = s.hash`,
    [account, now],
  );
  await connection.run(
    `INSERT INTO rejected_records SELECT $1, hash, reason, raw, $2, $2, count FROM sighted
     WHERE hash NOT IN (SELECT hash FROM rejected_records WHERE account = $1)`,
    [account, now],
  );
}
