import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { migrate as migratePostgres } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import { Pool, type PoolClient } from "pg";
import { config } from "../config";
import { databaseFault } from "../error";
import { forget, once } from "../once";
import * as schema from "./schema";

export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface State {
  db: Database;
  /** What `kept` reads hold. */
  kept: Map<string, { at: number; value: Promise<unknown> }>;
  close(): Promise<void>;
}

/** Migrations are plain SQL beside the code; the server is started from the project's root. */
const migrationsFolder = join(process.cwd(), "lib/state/migrations");

/** Opens the embedded PostgreSQL in a folder and brings its tables up to date. */
export async function openPglite(directory: string): Promise<State> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Making a database takes 400 MB that the engine never gives back; opening one that is there takes half of that in all.
  if (!existsSync(join(directory, "PG_VERSION"))) await (await PGlite.create(directory)).close();
  const engine = await PGlite.create(directory);
  const db = drizzlePglite(engine, { schema });
  await migratePglite(db, { migrationsFolder });
  return { db: db as unknown as Database, kept: new Map(), close: () => engine.close() };
}

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
export async function openPostgres(url: string): Promise<State> {
  const pool = new StatePool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  pool.on("error", () => {});
  const db = drizzlePostgres(pool, { schema });
  const guard = await pool.connect();
  try {
    await guard.query("SELECT pg_advisory_lock(727274)");
    await migratePostgres(db, { migrationsFolder });
    await guard.query("SELECT pg_advisory_unlock(727274)");
  } finally {
    guard.release();
  }
  return { db: db as unknown as Database, kept: new Map(), close: () => pool.end() };
}

function openConfigured(): Promise<State> {
  const { DATABASE_URL, DATA_DIR } = config();
  return DATABASE_URL ? openPostgres(DATABASE_URL) : openPglite(join(DATA_DIR, "state"));
}

/** The state store of this process, opened once. */
export function openState(): Promise<State> {
  return once("state", openConfigured);
}

export async function state(): Promise<Database> {
  return (await openState()).db;
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
