import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../error";

/** Runs statements as one transaction: all of them count, or none. */
export async function inTransaction<T>(connection: DuckDBConnection, run: () => Promise<T>): Promise<T> {
  await connection.run("BEGIN");
  try {
    const result = await run();
    await connection.run("COMMIT");
    return result;
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Writes to its place what stands in the log and in memory. Whoever is writing at present puts it off until the next time. */
export async function checkpoint(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run("CHECKPOINT");
  } catch (error) {
    if (!/other write transactions/i.test(messageOf(error))) throw error;
  }
}

/** The first column of a statement's rows. */
export async function column<T>(connection: DuckDBConnection, sql: string, values: DuckDBValue[] = []): Promise<T[]> {
  const reader = await connection.runAndReadAll(sql, values);
  return (reader.getColumnsJS()[0] ?? []) as T[];
}

export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
