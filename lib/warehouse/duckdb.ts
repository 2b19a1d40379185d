import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { maskedJson, type RecordText } from "../cdr";
import { leastWarehouseMemory } from "../config";
import { AppError, messageOf } from "../error";
import { queue } from "../queue";
import { reader, workForAll } from "../reader";
import type { Scope } from "../scope";
import { DAY_MS } from "../time";
import { TwoSteps } from "../turn";
import { heldAccounts, moveAccount, setAccounts, takeAway } from "./duckdb-accounts";
import { appendTexts } from "./duckdb-append";
import { dialect } from "./duckdb-dialect";
import { connect, engineFault, forLoading, setUp, startEngine, usual } from "./duckdb-engine";
import { discardLoad, type Load, loadAnswer } from "./duckdb-load";
import { erasePerson, type Purging, purgeBefore, purgeErased, removeSpareFiles } from "./duckdb-purge";
import { RawFiles } from "./duckdb-raw";
import { makeDirectory, migrate, withIdentity } from "./duckdb-schema";
import { checkpoint, column, inTransaction, quoted } from "./duckdb-statements";
import type {
  Covered,
  DayCount,
  HeldAccount,
  LoadedDay,
  LoadOutcome,
  Overlap,
  Purged,
  RoomLabel,
  Row,
  SqlValue,
  Statement,
  Warehouse,
  WarehouseAccount,
  WarehouseIdentity,
} from "./warehouse";

export interface DuckDbOptions {
  /** Most memory that the engine takes, as DuckDB writes it (`512MB`). Beyond it, it spills to disk. */
  memory?: string;
  /** Asked before anything beside the file is touched; what it throws ends the opening. */
  accept?: ((identity: WarehouseIdentity) => Promise<void>) | undefined;
  /** Told of what an operator should know: files that were set aside, records that were lost. */
  warn?: ((message: string) => void) | undefined;
}

/** Opens (or makes) the warehouse in a file. A file that another process holds is refused with `storage_locked`, one that cannot be read with what to do. */
export async function openDuckDb(path: string, options: DuckDbOptions = {}): Promise<Warehouse> {
  const instance = await startEngine(path, options.memory ?? leastWarehouseMemory);
  try {
    const first = await connect(instance);
    const version = await migrate(first);
    const isNew = version < withIdentity;
    await options.accept?.(await identityOf(first, isNew));
    // Files of a load that a crash cut off.
    const spoolDirectory = `${path}.loads`;
    rmSync(spoolDirectory, { recursive: true, force: true });
    mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
    // The warehouse runs our own SQL on our own tables; nothing in it may reach for other files or the network.
    await first.run(`SET allowed_directories = [${quoted(`${spoolDirectory}/`)}]`);
    await first.run("SET enable_external_access = false");
    const raw = new RawFiles(`${path}.raw`);
    await discardLoad(first, raw, null);
    const { aside, above } = await settleFiles(first, raw);
    if (aside.length > 0)
      options.warn?.(`The warehouse ${path} does not know the files of raw records ${aside.join(", ")}. They were set aside in ${path}.raw/set-aside.`);
    const [next] = await column<number>(
      first,
      `SELECT (greatest((SELECT coalesce(max(seq), 0) FROM call_rows), (SELECT coalesce(max(greatest(end_seq, load_id)), 0) FROM raw_blocks),
         (SELECT coalesce(max(load_id), 0) FROM loaded_days)) + 1)::DOUBLE`,
    );
    return new DuckDbWarehouse({ path, instance, first, spoolDirectory, raw, isNew, warn: options.warn }, Math.max(next as number, above));
  } catch (error) {
    instance.closeSync();
    throw engineFault(error, path);
  }
}

async function identityOf(connection: DuckDBConnection, isNew: boolean): Promise<WarehouseIdentity> {
  const reader = await connection.runAndReadAll(
    `SELECT id, (SELECT count(*) FROM loaded_days) + (SELECT count(*) FROM call_rows) + (SELECT count(*) FROM rejected_records) = 0 AS empty FROM identity`,
  );
  const [row] = reader.getRowObjectsJS();
  return { id: row?.id as string, isEmpty: row?.empty as boolean, isNew };
}

/** Brings the files of raw records in line with the warehouse, and writes down in both that this opening wrote last. */
async function settleFiles(connection: DuckDBConnection, raw: RawFiles): Promise<ReturnType<RawFiles["settle"]>> {
  const numbers = async (sql: string) => new Set((await column<bigint>(connection, sql)).map(String));
  const [lastOpening = null] = await column<string | null>(connection, "SELECT opening FROM identity");
  const opening = randomUUID();
  const settled = raw.settle({
    known: await numbers("SELECT DISTINCT load_id FROM raw_blocks"),
    spare: await numbers("SELECT load_id FROM spare_files WHERE load_id NOT IN (SELECT load_id FROM raw_blocks)"),
    lastOpening,
    opening,
  });
  await inTransaction(connection, async () => {
    await connection.run("UPDATE identity SET opening = $1", [opening]);
    await connection.run("DELETE FROM spare_files");
  });
  return settled;
}

/** Quick statements at once. The system shares the cores out among all that runs: the more of it is quick, the less is left to what takes long. */
const quickAtOnce = 16;
const tidyPauseMs = 3_000;
/** Long work gives way for no longer at a time: a store that is being closed does not wait for more. */
const mostPauseMs = 1_500;
const mostLooseRows = 2_048;
let csvFiles = 0;
const csvChunk = 1024 * 1024;
/** What still runs has a quarter of this to end by itself. One whose reader does not read on never does. */
const closingMs = 2_000;

interface Opened {
  path: string;
  instance: DuckDBInstance;
  /** The first connection of the pool. */
  first: DuckDBConnection;
  spoolDirectory: string;
  raw: RawFiles;
  /** Whether this opening gave the warehouse its identity. */
  isNew: boolean;
  warn: DuckDbOptions["warn"];
}

class DuckDbWarehouse implements Warehouse {
  readonly dialect = dialect;
  /** The pool, which grows as more are wanted at once, and those of it that nobody uses. */
  private readonly pool: DuckDBConnection[];
  private readonly idle: DuckDBConnection[];
  private connecting = 0;
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];
  /** Connections beside those of the pool, each of one piece of work. */
  private readonly own = new Set<DuckDBConnection>();
  private readonly loads = new Set<Promise<unknown>>();
  private readonly steps = new TwoSteps();
  /** Rows that do not fill a group stay in memory until a checkpoint. */
  private looseRows = 0;
  private closed = false;
  private damage: AppError | null = null;
  /** The directory as the loads so far made it; null when a load came since. */
  private directory: Promise<void> | null = null;
  /** The days that are loaded, which marks there are, and what is held of each account; null when a load came since. */
  private days: Promise<LoadedDay[]> | null = null;
  private marked: Promise<{ withdrawn: boolean; doubled: boolean }> | null = null;
  private held: Promise<HeldAccount[]> | null = null;
  private tidyTimer: NodeJS.Timeout | undefined;
  private purging: Promise<void> = Promise.resolve();

  constructor(
    private readonly opened: Opened,
    private nextSeq: number,
  ) {
    this.pool = [opened.first];
    this.idle = [opened.first];
  }

  async query<T = Row>({ sql, values }: Statement): Promise<T[]> {
    return this.reading(async (connection) => {
      // With values, planning and running are two steps. The engine plans by what columns hold: that a load or a purge changed
      // it in between would make the answer wrong, so both see the same state.
      const reader =
        values.length === 0
          ? await connection.runAndReadAll(sql)
          : await inTransaction(connection, () => connection.runAndReadAll(sql, values as DuckDBValue[]));
      return reader.getRowObjectsJS().map(plain) as T[];
    });
  }

  /** On a connection of its own: whoever reads slowly takes none from the others. */
  async *stream<T = Row>(statement: Statement): AsyncGenerator<T[], void, undefined> {
    yield* this.gentle(this.chunks<T>(statement));
  }

  private async *chunks<T>({ sql, values }: Statement): AsyncGenerator<T[], void, undefined> {
    const signal = reader()?.signal;
    const connection = await this.ownConnection();
    try {
      await connection.run("BEGIN");
      const result = await endingWith(signal, connection, connection.stream(sql, values as DuckDBValue[]));
      for (;;) {
        const chunk = await endingWith(signal, connection, result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk.getRowObjects(result.deduplicatedColumnNames()).map((row) => plain(row)) as T[];
      }
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.leave(connection);
    }
  }

  /** The engine writes a file, which is read while it grows. */
  async *csv(statement: Statement, delimiter: "," | ";"): AsyncGenerator<Uint8Array, void, undefined> {
    const begun = performance.now();
    yield* this.csvBytes(statement, delimiter);
    await this.giveWay(performance.now() - begun);
  }

  private async *csvBytes({ sql, values }: Statement, delimiter: "," | ";"): AsyncGenerator<Uint8Array, void, undefined> {
    const signal = reader()?.signal;
    const connection = await this.ownConnection();
    const path = join(this.opened.spoolDirectory, `csv-${process.pid}-${++csvFiles}.csv`);
    let file: FileHandle | null = null;
    let written: Promise<unknown> = Promise.resolve();
    try {
      file = await open(path, "w+", 0o600);
      await connection.run("BEGIN");
      let isWritten = false;
      const copy = connection.run(
        `COPY (${sql}) TO ${quoted(path)} (FORMAT csv, HEADER false, DELIMITER '${delimiter}', USE_TMP_FILE false)`,
        values as DuckDBValue[],
      );
      written = endingWith(signal, connection, copy).finally(() => {
        isWritten = true;
      });
      written.catch(() => {});
      for (let position = 0; ; ) {
        const wasWritten = isWritten;
        if (wasWritten) await written;
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(csvChunk), 0, csvChunk, position);
        position += bytesRead;
        if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
        else if (wasWritten) return;
        else await sleep(5);
      }
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      // Before its turn comes, the engine would make the file anew after it was removed.
      await ended(connection, written);
      this.leave(connection);
      await file?.close();
      await rm(path, { force: true });
    }
  }

  /** Several loads may be under way; their slices and their ends go through the same two steps. A purge waits for all of them, and they for it. */
  async load(account: string, batches: AsyncIterable<RecordText[]>, covered: Covered | null = null): Promise<LoadOutcome> {
    // Taken here, so that the load which begins later has the larger number.
    const loadId = BigInt(this.takeSeqs(1));
    const load = this.purging.then(() =>
      this.withOwnConnection((one) => this.withOwnConnection((other) => this.loadNow({ hands: [one, other], account, loadId, covered }, this.gentle(batches)))),
    );
    const settled = load.catch(() => {});
    this.loads.add(settled);
    try {
      return await load;
    } finally {
      this.loads.delete(settled);
    }
  }

  private async loadNow(asked: Pick<Load, "hands" | "account" | "loadId" | "covered">, batches: AsyncIterable<RecordText[]>): Promise<LoadOutcome> {
    const { steps } = this;
    const [connection] = asked.hands;
    const takeSeqs = (count: number) => this.takeSeqs(count);
    const loose = (rows: number) => this.loose(connection, rows);
    try {
      await steps.alone(() => setUp(connection, forLoading));
      const load = { ...asked, steps, loose, takeSeqs, others: [], rejected: new Map(), rejectedLength: 0 };
      const outcome = await loadAnswer(load, this.opened.spoolDirectory, this.opened.raw, batches);
      this.callsChanged();
      return outcome;
    } catch (error) {
      await discardLoad(connection, this.opened.raw, asked.loadId).catch(() => {});
      throw ofLoad(this.faultOf(error));
    } finally {
      // Whatever stands in the way of this must not stand in the place of how the load ended.
      await steps
        .alone(async () => {
          if (this.loads.size === 1) await setUp(connection, usual);
        })
        .catch(() => {});
    }
  }

  /** With loads under way, the engine finds no moment for checkpoints of its own. */
  private async loose(connection: DuckDBConnection, rows: number): Promise<void> {
    this.looseRows += rows;
    if (this.looseRows < mostLooseRows) return;
    this.looseRows = 0;
    await this.steps.alone(() => checkpoint(connection));
  }

  async purgeBefore(account: string, before: number): Promise<number> {
    return (await this.purge(async (purging) => ({ calls: await purgeBefore(purging, account, before) }))).calls;
  }

  erasePerson(person: string): Promise<Purged & { pseudonym: string }> {
    return this.purge((purging) => erasePerson(purging, person));
  }

  async purgeErased(): Promise<number> {
    return (await this.purge(async (purging) => ({ calls: await purgeErased(purging) }))).calls;
  }

  loadedDays(): Promise<LoadedDay[]> {
    this.days ??= this.keep(
      () =>
        this.query<LoadedDay>({ sql: 'SELECT account, day, fetched_ms AS "fetchedAt", load_id AS load FROM loaded_days ORDER BY day, account', values: [] }),
      () => {
        this.days = null;
      },
    );
    return this.days;
  }

  async takeLoadedDays(days: Omit<LoadedDay, "load">[]): Promise<void> {
    await this.withConnection(async (connection) => {
      await connection.run("CREATE OR REPLACE TEMP TABLE told_days (account VARCHAR, day VARCHAR, fetched_ms VARCHAR)");
      await appendTexts(
        connection,
        "told_days",
        days.map(({ account, day, fetchedAt }) => [account, String(day), String(fetchedAt)]),
      );
      // Under a number below every load's, so that any load takes its place.
      await connection.run(
        `INSERT INTO loaded_days SELECT account, day::INTEGER, 0, fetched_ms::BIGINT FROM told_days t
         WHERE NOT EXISTS (SELECT 1 FROM loaded_days l WHERE l.account = t.account AND l.day = t.day::INTEGER)`,
      );
    });
    this.days = null;
  }

  countDays(from: number, to: number): Promise<DayCount[]> {
    return this.query<DayCount>({
      sql: `SELECT account, logged_ms // ${DAY_MS} AS day, count(*) AS calls, count(*) FILTER (WHERE seq IN (SELECT seq FROM withdrawn_calls)) AS withdrawn
            FROM calls WHERE logged_ms >= $1 AND logged_ms < $2 GROUP BY account, day`,
      values: [from * DAY_MS, (to + 1) * DAY_MS],
    });
  }

  async rejectedSince(account: string, since: number): Promise<number> {
    const [row] = await this.query<{ n: number }>({
      sql: "SELECT count(*) AS n FROM rejected_records WHERE account = $1 AND last_ms >= $2",
      values: [account, since],
    });
    return row?.n ?? 0;
  }

  identity(): Promise<WarehouseIdentity> {
    return this.withConnection((connection) => identityOf(connection, this.opened.isNew));
  }

  connectionsInUse(): number {
    return this.pool.length - this.idle.length + this.own.size;
  }

  marks(): Promise<{ withdrawn: boolean; doubled: boolean }> {
    this.marked ??= this.keep(
      async () => {
        const [row] = await this.query({ sql: "SELECT EXISTS (FROM withdrawn_calls) AS withdrawn, EXISTS (FROM doubled_calls) AS doubled", values: [] });
        return row as { withdrawn: boolean; doubled: boolean };
      },
      () => {
        this.marked = null;
      },
    );
    return this.marked;
  }

  async setAccounts(accounts: WarehouseAccount[]): Promise<void> {
    await this.steps.alone(() => this.withConnection((connection) => setAccounts(connection, accounts)));
    this.callsChanged();
  }

  heldAccounts(): Promise<HeldAccount[]> {
    this.held ??= this.keep(
      () => this.withConnection(heldAccounts),
      () => {
        this.held = null;
      },
    );
    return this.held;
  }

  overlaps(): Promise<Overlap[]> {
    return this.query<Overlap>({
      sql: `SELECT d.account AS counted, c.account AS other, count(*) AS calls FROM doubled_calls d JOIN call_rows c ON c.seq = d.seq GROUP BY 1, 2 ORDER BY 1, 2`,
      values: [],
    });
  }

  async moveAccount(from: string, to: string): Promise<void> {
    await this.purge(async ({ connection }) => ({ moved: await moveAccount(connection, from, to) }));
    this.callsChanged();
  }

  async takeAway(account: string): Promise<number> {
    const { calls } = await this.purge(async ({ connection }) => ({ calls: await takeAway(connection, account) }));
    this.callsChanged();
    return calls;
  }

  /** Runs something while nothing is loaded. */
  private exclusively<T>(run: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const running = Promise.all([this.purging, ...this.loads])
      .then(() => this.withOwnConnection(run))
      .catch((error: unknown) => {
        throw this.faultOf(error);
      });
    this.purging = running.then(
      () => {},
      () => {},
    );
    return running;
  }

  private purge<T>(run: (purging: Purging) => Promise<T>): Promise<T & Omit<Purged, "calls">>;
  private purge(run: (purging: Purging) => Promise<object>): Promise<object> {
    return this.exclusively(async (connection) => {
      let unreadable = 0;
      const lost = (records: number, error: unknown) => {
        unreadable += records;
        this.opened.warn?.(`${records} raw records could not be read and were taken away: ${messageOf(error)}`);
      };
      const purging = { connection, raw: this.opened.raw, takeSeq: () => this.takeSeqs(1), changed: () => this.callsChanged(), lost };
      const result = await run(purging);
      await removeSpareFiles(purging);
      return { ...result, unreadable, setAside: this.opened.raw.setAside() };
    });
  }

  private takeSeqs(count: number): number {
    const first = this.nextSeq;
    this.nextSeq += count;
    return first;
  }

  async setRoomLabels(labels: RoomLabel[]): Promise<void> {
    await this.withConnection(async (connection) => {
      await connection.run("CREATE OR REPLACE TEMP TABLE new_labels (room_id VARCHAR, label VARCHAR, tag VARCHAR)");
      await appendTexts(
        connection,
        "new_labels",
        labels.map(({ roomId, label, tag }) => [roomId, label, tag]),
      );
      await connection.run("DELETE FROM room_labels WHERE room_id NOT IN (SELECT room_id FROM new_labels)");
      await connection.run("INSERT OR REPLACE INTO room_labels FROM new_labels");
    });
  }

  /** What is kept of the calls is to be read anew. */
  private callsChanged(): void {
    this.directory = null;
    this.days = null;
    this.marked = null;
    this.held = null;
    this.tidySoon();
  }

  /** A read that is kept until the calls change; one that failed is not. */
  private keep<T>(start: () => Promise<T>, forget: () => void): Promise<T> {
    const read = workForAll(start);
    read.catch(forget);
    return read;
  }

  /** Once loading has paused, makes the directory anew, so that nobody has to wait for it, and lets the engine tidy its file. */
  private tidySoon(): void {
    clearTimeout(this.tidyTimer);
    this.tidyTimer = setTimeout(() => {
      if (this.closed) return;
      // A load of many windows pauses between none of them: tidying for each would take memory and time from it.
      if (this.loads.size > 0) this.tidySoon();
      else this.tidy().catch(() => {});
    }, tidyPauseMs).unref();
  }

  private async tidy(): Promise<void> {
    await this.refreshDirectory();
    await this.withConnection(checkpoint);
  }

  refreshDirectory(): Promise<void> {
    this.directory ??= this.keep(
      () =>
        this.withConnection(async (connection) => {
          await connection.run(makeDirectory);
        }),
      () => {
        this.directory = null;
      },
    );
    return this.directory;
  }

  async rawRecord(account: string, callId: string, { masked }: Scope): Promise<string | null> {
    const [row] = await this.query<{ load_id: number; start: number; bytes: number; digest: number | null; place: number }>({
      sql: `SELECT b.load_id, b.start::DOUBLE AS start, b.bytes, b.digest::DOUBLE AS digest, (c.seq - b.first_seq)::INTEGER AS place FROM calls c
            JOIN raw_blocks b ON b.account = c.account AND b.first_seq <= c.seq AND c.seq < b.end_seq
            WHERE c.account = $1 AND c.call_id = $2`,
      values: [account, callId],
    });
    if (!row) return null;
    const raw = (await this.opened.raw.read(BigInt(row.load_id), row.start, row.bytes, row.digest))[row.place] as string;
    return masked ? maskedJson(raw) : raw;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.tidyTimer);
    await Promise.allSettled([...this.loads, this.purging]);
    const isBusy = () => this.own.size > 0 || this.idle.length < this.pool.length;
    const begun = Date.now();
    for (let passed = 0; isBusy() && passed < closingMs; passed = Date.now() - begun) {
      if (passed > closingMs / 4) for (const connection of [...this.own, ...this.pool]) connection.interrupt();
      await sleep(20);
    }
    while (this.connecting > 0 || this.idle.length < this.pool.length) await sleep(5);
    for (const connection of this.pool) connection.closeSync();
    this.opened.instance.closeSync();
  }

  async check(): Promise<void> {
    if (this.damage) throw this.damage;
    // Some columns of every call: a file of which only the head can be read must not pass for well.
    await this.query({ sql: "SELECT count(*), max(logged_ms), sum(billed_minutes), count(room_id) FROM calls", values: [] });
  }

  /** In our own terms. That the file is damaged is remembered: what reads elsewhere may go well, and say nothing. */
  private faultOf(error: unknown): unknown {
    const fault = engineFault(error, this.opened.path);
    if (fault instanceof AppError && fault.code === "storage_damaged") this.damage = fault;
    return fault;
  }

  /** Reads for whoever the work is for: it ends when they leave, and what takes long takes no connection from what is quick. */
  private reading<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const someone = reader();
    const read = (connection: DuckDBConnection) => {
      someone?.signal.throwIfAborted();
      return endingWith(someone?.signal, connection, use(connection));
    };
    if (!someone?.isHeavy) return this.withConnection(read, someone?.signal);
    return queue("statements").run(someone.name, () => this.gently(() => this.withOwnConnection(read)), someone.signal);
  }

  /** Does a piece of work that takes long, and gives way. */
  private async gently<T>(work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      await this.giveWay(performance.now() - begun);
    }
  }

  /** Passes on what comes, and gives way for what is done with each piece: waiting for the next is no work. */
  private async *gentle<T>(pieces: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    for await (const piece of pieces) {
      const begun = performance.now();
      yield piece;
      await this.giveWay(performance.now() - begun);
    }
  }

  /** Work that takes long pauses twice as long as it worked while there is any that is quick, so that it takes a third of its share of the machine. */
  private async giveWay(workedMs: number): Promise<void> {
    const isAsked = this.waiting.length > 0 || this.idle.length < this.pool.length;
    if (isAsked && !this.closed && !reader()?.signal.aborted) await sleep(Math.min(workedMs * 2, mostPauseMs));
  }

  private async withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.take(signal);
    try {
      return await use(connection);
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.give(connection);
    }
  }

  /** What can last for minutes has a connection of its own, so that it takes none from the queries. */
  private async withOwnConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.ownConnection();
    try {
      return await use(connection);
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.leave(connection);
    }
  }

  private async ownConnection(): Promise<DuckDBConnection> {
    if (this.closed) throw stopped();
    const connection = await connect(this.opened.instance);
    this.own.add(connection);
    return connection;
  }

  private leave(connection: DuckDBConnection): void {
    this.own.delete(connection);
    connection.closeSync();
  }

  private async take(signal?: AbortSignal): Promise<DuckDBConnection> {
    const idle = this.idle.pop();
    if (idle) return idle;
    if (this.pool.length + this.connecting < quickAtOnce) return this.another();
    return new Promise((resolve, reject) => {
      const left = () => {
        this.waiting.splice(this.waiting.indexOf(got), 1);
        reject(signal?.reason);
      };
      const got = (connection: DuckDBConnection) => {
        signal?.removeEventListener("abort", left);
        resolve(connection);
      };
      this.waiting.push(got);
      signal?.addEventListener("abort", left, { once: true });
    });
  }

  private async another(): Promise<DuckDBConnection> {
    if (this.closed) throw stopped();
    this.connecting++;
    try {
      const connection = await connect(this.opened.instance);
      this.pool.push(connection);
      return connection;
    } finally {
      this.connecting--;
    }
  }

  private give(connection: DuckDBConnection): void {
    const next = this.waiting.shift();
    if (next) next(connection);
    else this.idle.push(connection);
  }
}

const stopped = () => new AppError("storage_unavailable", "Meetledger is being stopped.", { retryAfterSeconds: 10 });

/** Ends what a connection does, and waits until it has. A statement that waits for its turn hears nothing before: so it is told until then. */
async function ended(connection: DuckDBConnection, running: Promise<unknown>): Promise<void> {
  const telling = setInterval(() => connection.interrupt(), 20);
  connection.interrupt();
  await running.catch(() => {});
  clearInterval(telling);
}

/** A statement that ends when the signal says so, with the signal's reason. */
async function endingWith<T>(signal: AbortSignal | undefined, connection: DuckDBConnection, running: Promise<T>): Promise<T> {
  const end = () => void ended(connection, running);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end, { once: true });
  try {
    return await running;
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/** A load that finds the disk full has one thing more to say. */
function ofLoad(fault: unknown): unknown {
  if (!(fault instanceof AppError) || fault.code !== "storage_full") return fault;
  return new AppError(fault.code, `${fault.message} Nothing of this load was kept.`, { cause: fault });
}

function plain(row: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : (value as SqlValue)]));
}
