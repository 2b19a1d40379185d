import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { migrate as migratePostgres } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import { Pool, type PoolClient } from "pg";
import { config } from "../config";
import { AppError, appErrorOf, databaseFault, messageOf } from "../error";
import { forget, once } from "../once";
import * as schema from "./schema";
import { WarehouseHold } from "./warehouse-hold";

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface State {
  db: Database;
  /** What `kept` reads hold. */
  kept: Map<string, { at: number; value: Promise<unknown> }>;
  /** Keeps the store for processes with one warehouse, until it is closed. Error: `storage_locked` where another has it. */
  holdFor(warehouse: string): Promise<void>;
  close(): Promise<void>;
}

/** Migrations are plain SQL beside the code; the server is started from the project's root. */
const migrationsFolder = join(process.cwd(), "lib/state/migrations");

/** A store that was made by now must not be made anew: what it held is somewhere else. */
const gone = (where: string) =>
  new AppError(
    "storage_damaged",
    `The state store ${where} is empty, but the warehouse in DATA_DIR holds calls. Put the state store back from a backup. Without one, start once with ADOPT_WAREHOUSE=yes: calls are kept as those of removed accounts, and an account finds its own again when it is added.`,
  );

/** The major version of PostgreSQL that is embedded. It opens no folder of another one, and says nothing of use when it is given one. */
const engineMajor = "18";

/** Opens the embedded PostgreSQL in a folder and brings its tables up to date. Errors: `storage_damaged`, with what to do, for a folder that is not whole. */
export async function openPglite(directory: string, mayBeNew = true): Promise<State> {
  const isThere = existsSync(join(directory, "PG_VERSION"));
  if (!isThere) {
    const left = existsSync(directory) ? readdirSync(directory) : [];
    if (left.length > 0) {
      throw new AppError(
        "storage_damaged",
        `The state store in ${directory} lacks PG_VERSION and has other files: part of it is gone. Put the folder back from a backup.`,
      );
    }
    if (!mayBeNew) throw gone(`in ${directory}`);
    await makePglite(directory);
  }
  const major = readFileSync(join(directory, "PG_VERSION"), "utf8").trim();
  // What is no number is damage, and told as that below.
  if (/^\d+$/.test(major) && major !== engineMajor) {
    throw new AppError(
      "storage_damaged",
      `The state store in ${directory} was made by PostgreSQL ${major}; this Meetledger brings ${engineMajor}, which cannot open it. Start the Meetledger that made it, or put back a backup from after the change.`,
    );
  }
  try {
    const engine = await PGlite.create(directory);
    const db = drizzlePglite(engine, { schema });
    await checkVersion(db as unknown as Database);
    await migratePglite(db, { migrationsFolder });
    return { db: db as unknown as Database, kept: new Map(), holdFor: async () => {}, close: () => engine.close() };
  } catch (error) {
    if (appErrorOf(error)) throw error;
    throw new AppError("storage_damaged", `The state store in ${directory} cannot be opened (${messageOf(error)}). Put the folder back from a backup.`, {
      cause: error,
    });
  }
}

/** Made elsewhere and then put in its place, so that a folder which is there is whole. */
async function makePglite(directory: string): Promise<void> {
  const draft = `${directory}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  // Making a database takes 400 MB that the engine never gives back; opening one that is there takes half of that in all.
  await (await PGlite.create(draft)).close();
  rmSync(directory, { recursive: true, force: true });
  renameSync(draft, directory);
}

/** Refuses a store that a newer program has changed. */
async function checkVersion(db: Database): Promise<void> {
  const [table] = rowsOf<{ name: string | null }>(await db.execute(sql`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`));
  if (!table?.name) return;
  const [last] = rowsOf<{ at: string | number | null }>(await db.execute(sql`SELECT max(created_at) AS at FROM drizzle.__drizzle_migrations`));
  const { entries } = JSON.parse(readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8")) as { entries: { when: number }[] };
  if (Number(last?.at ?? 0) > Math.max(...entries.map(({ when }) => when))) {
    throw new AppError("storage_damaged", "The state store was written by a newer Meetledger. Start that one.");
  }
}

const rowsOf = <T>(result: unknown) => (result as { rows: T[] }).rows;

/** A pool that tells in our own terms that the server is gone or has no place left; what becomes of statements, `appErrorOf` tells. */
class StatePool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(done: (error: Error | undefined, client: PoolClient | undefined, release: (broken?: Error | boolean) => void) => void): void;
  override connect(done?: (error: Error | undefined, client: PoolClient | undefined, release: (broken?: Error | boolean) => void) => void) {
    const told = (error: Error) => databaseFault(error) ?? error;
    if (done) return super.connect((error, client, release) => done(error && told(error), client, release));
    return super.connect().catch((error: Error) => {
      throw told(error);
    });
  }
}

/** Connects to a PostgreSQL server and brings its tables up to date. Several processes may start at once. */
export async function openPostgres(url: string, mayBeNew = true): Promise<State> {
  const pool = new StatePool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => {});
  const db = drizzlePostgres(pool, { schema });
  const guard = await pool.connect();
  try {
    await guard.query("SELECT pg_advisory_lock(727274)");
    if (!mayBeNew && (await guard.query("SELECT to_regclass('public.people') AS name")).rows[0]?.name === null) throw gone("at DATABASE_URL");
    await checkVersion(db as unknown as Database);
    await migratePostgres(db, { migrationsFolder });
    await guard.query("SELECT pg_advisory_unlock(727274)");
  } catch (error) {
    guard.release(true);
    await pool.end();
    throw error;
  }
  guard.release();
  const hold = new WarehouseHold(url);
  return {
    db: db as unknown as Database,
    kept: new Map(),
    holdFor: (warehouse) => hold.take(warehouse),
    async close() {
      await hold.release();
      await pool.end();
    },
  };
}

function openConfigured(mayBeNew: boolean): Promise<State> {
  const { DATABASE_URL, DATA_DIR } = config();
  return DATABASE_URL ? openPostgres(DATABASE_URL, mayBeNew) : openPglite(join(DATA_DIR, "state"), mayBeNew);
}

/** The state store of this process, opened once. With `mayBeNew` false an empty one is refused: see `gone`. */
export function openState(mayBeNew = true): Promise<State> {
  return once("state", () => openConfigured(mayBeNew));
}

export async function state(): Promise<Database> {
  return (await openState()).db;
}

/** Asks a real question. Throws what keeps it from being answered. */
export async function checkState(): Promise<void> {
  const db = await state();
  await db.select({ id: schema.people.id }).from(schema.people).limit(1);
  await db.select({ key: schema.settings.key }).from(schema.settings).limit(1);
}

/** Puts an already open store in place (tests). */
export function useState(open: State): void {
  forget("state");
  once("state", async () => open);
}

export async function closeState(): Promise<void> {
  const open = once<Promise<State> | null>("state", () => null);
  forget("state");
  await (await open?.catch(() => null))?.close();
}
