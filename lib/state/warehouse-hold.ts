import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { AppError, databaseFault } from "../error";
import { log } from "../log";

/** Advisory locks of ours have this first number; the second is made of the warehouse's id. */
const lockClass = 727275;
const againMs = 2_000;

/**
 * Says on a PostgreSQL server with which warehouse a process works, for as long as it lives. Figures come from the warehouse and
 * all else from PostgreSQL: processes with different warehouses behind one server would tell different figures for the same
 * coverage, jobs and links.
 */
export class WarehouseHold {
  private client: Client | null = null;
  private isReleased = false;

  constructor(private readonly url: string) {}

  /** Error: `storage_locked` where a process with another warehouse is there. */
  async take(warehouse: string): Promise<void> {
    const client = new Client({ connectionString: this.url, keepAlive: true });
    try {
      await client.connect();
      await client.query("SELECT pg_advisory_lock_shared($1, hashtext($2))", [lockClass, warehouse]);
      // Looked at after the own lock is held: of two that come at once, at least one sees the other.
      const { rows } = await client.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid::bigint <> hashtext($2)::bigint & 4294967295
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`,
        [lockClass, warehouse],
      );
      if (rows.length > 0) {
        throw new AppError(
          "storage_locked",
          "Another Meetledger with another warehouse works on this DATABASE_URL: figures would depend on which of them is asked. Stop it, or give this one a database of its own.",
        );
      }
    } catch (error) {
      await client.end().catch(() => {});
      throw databaseFault(error) ?? error;
    }
    this.client = client;
    client.on("error", () => {});
    client.once("end", () => {
      if (!this.isReleased) void this.takeAgain(warehouse);
    });
  }

  /** The server was gone, and with it the lock. Whoever has taken the place meanwhile keeps it: this process ends. */
  private async takeAgain(warehouse: string): Promise<void> {
    while (!this.isReleased) {
      await sleep(againMs, undefined, { ref: false });
      try {
        await this.take(warehouse);
        return;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "storage_locked") continue;
        log().fatal({ error: error.message }, "stopped");
        process.exit(1);
      }
    }
  }

  async release(): Promise<void> {
    this.isReleased = true;
    await this.client?.end().catch(() => {});
  }
}
