import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { maskedJson, type RecordText } from "../cdr";
import { leastWarehouseMemory } from "../config";
import { AppError } from "../error";
import type { Scope } from "../scope";
import { TwoSteps } from "../turn";
import { appendTexts } from "./duckdb-append";
import { dialect } from "./duckdb-dialect";
import { connect, engineFault, forLoading, setUp, startEngine, usual } from "./duckdb-engine";
import { discardLoad, type Load, loadAnswer } from "./duckdb-load";
import { erasePerson, type Purging, purgeBefore, purgeErased, removeDeadFiles } from "./duckdb-purge";
import { RawFiles } from "./duckdb-raw";
import { makeDirectory, migrate } from "./duckdb-schema";
import { checkpoint, inTransaction, quoted } from "./duckdb-statements";
import type { LoadOutcome, RoomLabel, Row, SqlValue, Statement, Stretch, Warehouse } from "./warehouse";

export interface DuckDbOptions {
  /** Most memory that the engine takes, as DuckDB writes it (`512MB`). Beyond it, it spills to disk. */
  memory?: string;
  connections?: number;
}

/** Opens (or makes) the warehouse in a file. A file that another process holds is refused with `storage_locked`. */
export async function openDuckDb(path: string, options: DuckDbOptions = {}): Promise<Warehouse> {
  const instance = await startEngine(path, options.memory ?? leastWarehouseMemory);
  try {
    const count = options.connections ?? Math.max(4, availableParallelism() * 2);
    const connections = await Promise.all(Array.from({ length: count }, () => connect(instance)));
    const first = connections[0] as DuckDBConnection;
    await migrate(first);
    // Files of a load that a crash cut off.
    const spoolDirectory = `${path}.loads`;
    rmSync(spoolDirectory, { recursive: true, force: true });
    mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
    // The warehouse runs our own SQL on our own tables; nothing in it may reach for other files or the network.
    await first.run(`SET allowed_directories = [${quoted(`${spoolDirectory}/`)}]`);
    await first.run("SET enable_external_access = false");
    const raw = new RawFiles(`${path}.raw`);
    await discardLoad(first, raw, null);
    const reader = await first.runAndReadAll(
      "SELECT (greatest((SELECT coalesce(max(seq), 0) FROM call_rows), (SELECT coalesce(max(greatest(end_seq, load_id)), 0) FROM raw_blocks)) + 1)::DOUBLE AS next",
    );
    const next = reader.getRowObjectsJS()[0]?.next as number;
    return new DuckDbWarehouse(path, instance, connections, spoolDirectory, raw, next);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** All instants that there are. */
const always: Stretch = { start: -8.64e15, end: 8.64e15 };
const tidyPauseMs = 3_000;
const mostLooseRows = 2_048;
let csvFiles = 0;
const csvChunk = 1024 * 1024;

class DuckDbWarehouse implements Warehouse {
  readonly dialect = dialect;
  private readonly idle: DuckDBConnection[];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];
  private readonly loads = new Set<Promise<unknown>>();
  private readonly steps = new TwoSteps();
  /** Rows that do not fill a group stay in memory until a checkpoint. */
  private looseRows = 0;
  private closed = false;
  private damage: AppError | null = null;
  /** The directory as the loads so far made it; null when a load came since. */
  private directory: Promise<void> | null = null;
  private tidyTimer: NodeJS.Timeout | undefined;
  private purging: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly instance: DuckDBInstance,
    private readonly connections: DuckDBConnection[],
    private readonly spoolDirectory: string,
    private readonly raw: RawFiles,
    private nextSeq: number,
  ) {
    this.idle = [...connections];
  }

  async query<T = Row>({ sql, values }: Statement): Promise<T[]> {
    return this.withConnection(async (connection) => {
      // With values, planning and running are two steps. The engine plans by what columns hold: that a load or a purge changed
      // it in between would make the answer wrong, so both see the same state.
      const reader =
        values.length === 0
          ? await connection.runAndReadAll(sql)
          : await inTransaction(connection, () => connection.runAndReadAll(sql, values as DuckDBValue[]));
      return reader.getRowObjectsJS().map(plain) as T[];
    });
  }

  async *stream<T = Row>({ sql, values }: Statement): AsyncGenerator<T[], void, undefined> {
    const connection = await this.take();
    try {
      await connection.run("BEGIN");
      const result = await connection.stream(sql, values as DuckDBValue[]);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk.getRowObjects(result.deduplicatedColumnNames()).map((row) => plain(row)) as T[];
      }
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      await connection.run("ROLLBACK").catch(() => {});
      this.give(connection);
    }
  }

  /** The engine writes a file, which is read while it grows. */
  async *csv({ sql, values }: Statement, delimiter: "," | ";"): AsyncGenerator<Uint8Array, void, undefined> {
    const connection = await connect(this.instance);
    const path = join(this.spoolDirectory, `csv-${process.pid}-${++csvFiles}.csv`);
    let file: FileHandle | null = null;
    try {
      file = await open(path, "w+", 0o600);
      await connection.run("BEGIN");
      let isWritten = false;
      const written = connection
        .run(`COPY (${sql}) TO ${quoted(path)} (FORMAT csv, HEADER false, DELIMITER '${delimiter}', USE_TMP_FILE false)`, values as DuckDBValue[])
        .finally(() => {
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
      connection.interrupt();
      connection.closeSync();
      await file?.close();
      await rm(path, { force: true });
    }
  }

  /** Several loads may be under way; their slices and their ends go through the same two steps. A purge waits for all of them, and they for it. */
  async load(account: string, batches: AsyncIterable<RecordText[]>, counted: Stretch = always): Promise<LoadOutcome> {
    // Taken here, so that the load which begins later has the larger number.
    const loadId = BigInt(this.takeSeqs(1));
    const load = this.purging.then(() =>
      this.withOwnConnection((one) => this.withOwnConnection((other) => this.loadNow({ hands: [one, other], account, loadId, counted }, batches))),
    );
    const settled = load.catch(() => {});
    this.loads.add(settled);
    try {
      return await load;
    } finally {
      this.loads.delete(settled);
    }
  }

  private async loadNow(asked: Pick<Load, "hands" | "account" | "loadId" | "counted">, batches: AsyncIterable<RecordText[]>): Promise<LoadOutcome> {
    const { steps } = this;
    const [connection] = asked.hands;
    const takeSeqs = (count: number) => this.takeSeqs(count);
    const loose = (rows: number) => this.loose(connection, rows);
    try {
      await steps.alone(() => setUp(connection, forLoading));
      const load = { ...asked, steps, loose, takeSeqs, others: [], rejected: new Map() };
      const outcome = await loadAnswer(load, this.spoolDirectory, this.raw, batches);
      this.directoryIsOld();
      return outcome;
    } catch (error) {
      await discardLoad(connection, this.raw, asked.loadId).catch(() => {});
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

  purgeBefore(account: string, before: number): Promise<number> {
    return this.purge((purging) => purgeBefore(purging, account, before));
  }

  erasePerson(person: string): Promise<{ calls: number; pseudonym: string }> {
    return this.purge((purging) => erasePerson(purging, person));
  }

  purgeErased(): Promise<number> {
    return this.purge(purgeErased);
  }

  private purge<T>(run: (purging: Purging) => Promise<T>): Promise<T> {
    const purge = Promise.all([this.purging, ...this.loads])
      .then(() =>
        this.withOwnConnection(async (connection) => {
          const purging = { connection, raw: this.raw, takeSeq: () => this.takeSeqs(1), changed: () => this.directoryIsOld() };
          const result = await run(purging);
          await removeDeadFiles(purging);
          return result;
        }),
      )
      .catch((error: unknown) => {
        throw this.faultOf(error);
      });
    this.purging = purge.then(
      () => {},
      () => {},
    );
    return purge;
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

  private directoryIsOld(): void {
    this.directory = null;
    this.tidySoon();
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
    this.directory ??= this.withConnection((connection) => connection.run(makeDirectory)).then(
      () => {},
      (error: unknown) => {
        this.directory = null;
        throw error;
      },
    );
    return this.directory;
  }

  async rawRecord(account: string, callId: string, { masked }: Scope): Promise<string | null> {
    const [row] = await this.query<{ load_id: number; start: number; bytes: number; place: number }>({
      sql: `SELECT b.load_id, b.start::DOUBLE AS start, b.bytes, (c.seq - b.first_seq)::INTEGER AS place FROM calls c
            JOIN raw_blocks b ON b.account = c.account AND b.first_seq <= c.seq AND c.seq < b.end_seq
            WHERE c.account = $1 AND c.call_id = $2`,
      values: [account, callId],
    });
    if (!row) return null;
    const raw = (await this.raw.read(BigInt(row.load_id), row.start, row.bytes))[row.place] as string;
    return masked ? maskedJson(raw) : raw;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.tidyTimer);
    await Promise.allSettled([...this.loads, this.purging]);
    await Promise.all(Array.from({ length: this.connections.length }, () => this.take()));
    for (const connection of this.connections) connection.closeSync();
    this.instance.closeSync();
  }

  async check(): Promise<void> {
    if (this.damage) throw this.damage;
    // Some columns of every call: a file of which only the head can be read must not pass for well.
    await this.query({ sql: "SELECT count(*), max(logged_ms), sum(billed_minutes), count(room_id) FROM calls", values: [] });
  }

  /** In our own terms. That the file is damaged is remembered: what reads elsewhere may go well, and say nothing. */
  private faultOf(error: unknown): unknown {
    const fault = engineFault(error, this.path);
    if (fault instanceof AppError && fault.code === "storage_damaged") this.damage = fault;
    return fault;
  }

  private async withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      return await use(connection);
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      this.give(connection);
    }
  }

  /** A load can last for minutes: it has a connection of its own, so that it takes none from the queries. */
  private async withOwnConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.closed) throw new Error("The warehouse is closed.");
    const connection = await connect(this.instance);
    try {
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  }

  private async take(): Promise<DuckDBConnection> {
    return this.idle.pop() ?? (await new Promise((resolve) => this.waiting.push(resolve)));
  }

  private give(connection: DuckDBConnection): void {
    const next = this.waiting.shift();
    if (next) next(connection);
    else this.idle.push(connection);
  }
}

/** A load that finds the disk full has one thing more to say. */
function ofLoad(fault: unknown): unknown {
  if (!(fault instanceof AppError) || fault.code !== "storage_full") return fault;
  return new AppError(fault.code, `${fault.message} Nothing of this load was kept.`, { cause: fault });
}

function plain(row: Record<string, unknown>): Row {
  for (const name in row) if (typeof row[name] === "bigint") row[name] = Number(row[name]);
  return row as Record<string, SqlValue>;
}
