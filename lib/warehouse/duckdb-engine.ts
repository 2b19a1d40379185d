import { existsSync, renameSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { AppError, appErrorOf, forTheLog, messageOf } from "../error";
import { sliceRecords } from "./duckdb-spool";
import { quoted } from "./duckdb-statements";

/**
 * Threads for one statement, of which several run at once. A core is left to JavaScript, and to the other statements: a
 * thread that finds no work in a short statement spins, which cost users at once a sixth of their answers.
 */
const threads = Math.max(1, availableParallelism() - 1);

/**
 * How the engine goes about its work. While loading, a statement has one thread: each takes the memory for reading an answer,
 * and a slice is too short for several to be of use. Small groups of rows are put together only when no load goes on.
 */
export const usual = { threads, max_vacuum_tasks: 2 };
export const forLoading: typeof usual = { threads: 1, max_vacuum_tasks: 0 };

export async function setUp(connection: DuckDBConnection, settings: typeof usual): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await connection.run(`SET ${name} = ${value}`);
}

/**
 * Starts the engine on a file, which it makes where there is none. The file is attached, rather than opened, because only so
 * can be said how many rows stand in a group. Error: `storage_locked` where another process holds the file.
 */
export async function startEngine(path: string, memory: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    ...Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, String(value)])),
    memory_limit: memory,
    temp_directory: `${path}.tmp`,
    preserve_insertion_order: "false",
    // Loading asks for checkpoints itself. This bounds the log where nobody does.
    checkpoint_threshold: "24MB",
    allocator_flush_threshold: "8MB",
    allocator_bulk_deallocation_flush_threshold: "8MB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    setAsideOrphan(path);
    // A slice of a load fills a group of rows, which the engine then writes to its place at once and not to its log first.
    await connection.run(`ATTACH ${quoted(path)} AS ledger (ROW_GROUP_SIZE ${sliceRecords}, STORAGE_VERSION 'latest')`);
    return instance;
  } catch (error) {
    instance.closeSync();
    throw openFault(error, path);
  } finally {
    connection.closeSync();
  }
}

/** A log whose file is gone. The engine would delete it; beside its file, from a backup, it may still be of use. */
function setAsideOrphan(path: string): void {
  const wal = `${path}.wal`;
  if (!existsSync(path) && existsSync(wal)) renameSync(wal, `${wal}.set-aside-${Date.now()}`);
}

/** How the engine begins what it says: `IO Error: …`. Its words hold parts of statements and of what is stored. */
const ofEngine = /^(\w+ )+Error: /i;
const full = /no space left|disk (is )?full|ENOSPC|File too large|EFBIG|could not write/i;
const damaged = /checksum|corrupt|database has been invalidated|could not read enough bytes|not a valid DuckDB database/i;

const remedy =
  "put it back from a backup; or move it away and start: what it held is then told as missing and can be loaded again, but for calls that came from files.";

/** Why a file cannot be opened, and what to do. */
function openFault(error: unknown, path: string): unknown {
  const text = messageOf(error);
  const damage = (words: string) => new AppError("storage_damaged", words, { cause: error });
  if (/could not set lock|conflicting lock/i.test(text)) {
    return new AppError("storage_locked", `Another Meetledger is running on this DATA_DIR: it holds ${path}.`, { cause: error });
  }
  if (/replaying WAL|WAL file/i.test(text)) return damage(`The log ${path}.wal of the warehouse, with what was loaded last, is damaged: ${remedy}`);
  if (/version number \d+/i.test(text)) return damage(`The warehouse file ${path} was written by a newer version of its engine. Start the newer Meetledger.`);
  if (damaged.test(text)) return damage(`The warehouse file ${path} is damaged: ${remedy}`);
  return engineFault(error, path);
}

/** What went wrong with the engine on a file, in our own terms; what is not of the engine as it is. */
export function engineFault(error: unknown, path: string): unknown {
  if (appErrorOf(error)) return error;
  const text = messageOf(error);
  if (/^Out of Memory Error/i.test(text)) {
    return new AppError("storage_memory", "This takes more memory than the warehouse may use. WAREHOUSE_MEMORY raises it.", { cause: error });
  }
  if (damaged.test(text)) {
    return new AppError("storage_damaged", `The warehouse file ${path} is damaged. With Meetledger stopped, ${remedy}`, { cause: error });
  }
  if (full.test(text)) return new AppError("storage_full", `The disk that holds ${path} is full.`, { cause: error });
  return ofEngine.test(text) ? forTheLog(error) : error;
}

/** A connection whose statements are about the warehouse. */
export async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("USE ledger");
  return connection;
}
