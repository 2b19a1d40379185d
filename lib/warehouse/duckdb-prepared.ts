import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from "@duckdb/node-api";

const most = 64;

/**
 * The statements that a connection ran last, kept ready to be run again: pages ask the same few all the time, and to plan one
 * takes the engine as long as to look through a month. It plans anew by itself what a change of a table has made stale.
 */
export class PreparedStatements {
  private readonly ready = new Map<string, DuckDBPreparedStatement>();

  constructor(private readonly connection: DuckDBConnection) {}

  /** Runs one statement; gives its rows. */
  async rows(sql: string, values: DuckDBValue[]) {
    const statement = this.ready.get(sql) ?? (await this.connection.prepare(sql));
    // Kept again only when it ended well, and as the one that was used last.
    this.ready.delete(sql);
    try {
      statement.bind(values);
      const reader = await statement.runAndReadAll();
      this.keep(sql, statement);
      return reader.getRowObjectsJS();
    } catch (error) {
      statement.destroySync();
      throw error;
    }
  }

  private keep(sql: string, statement: DuckDBPreparedStatement): void {
    this.ready.set(sql, statement);
    for (const [oldest, unused] of this.ready) {
      if (this.ready.size <= most) return;
      this.ready.delete(oldest);
      unused.destroySync();
    }
  }

  closeSync(): void {
    for (const statement of this.ready.values()) statement.destroySync();
    this.ready.clear();
  }
}
