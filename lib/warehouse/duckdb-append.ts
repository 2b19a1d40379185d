import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import type { Call } from "../cdr";
import { type ColumnKind, callColumnNames, callColumns } from "./columns";
import type { Placed } from "./duckdb-raw";
import type { WarehouseAccount } from "./warehouse";

const types: Record<ColumnKind, DuckDBType> = {
  text: VARCHAR,
  amount: DECIMAL(18, 6),
  number: DOUBLE,
  flag: BOOLEAN,
  instant: BIGINT,
};

const toEngine: Record<ColumnKind, (value: never) => DuckDBValue> = {
  text: (value: string) => value,
  number: (value: number) => value,
  flag: (value: boolean) => value,
  amount: (value: number) => new DuckDBDecimalValue(BigInt(Math.round(value * 1e6)), 18, 6),
  instant: (value: number) => BigInt(value),
};

/** DuckDB's chunks hold at most this many rows. */
const chunkRows = 2048;

/** Appends rows to a table. Much faster than INSERT, and part of the connection's transaction. */
async function append(connection: DuckDBConnection, table: string, types: DuckDBType[], rows: DuckDBValue[][]): Promise<void> {
  if (rows.length === 0) return;
  const appender: DuckDBAppender = await connection.createAppender(table);
  try {
    for (let from = 0; from < rows.length; from += chunkRows) {
      const chunk = DuckDBDataChunk.create(types);
      chunk.setRows(rows.slice(from, from + chunkRows));
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

const callTypes = [VARCHAR, BIGINT, BIGINT, BOOLEAN, INTEGER, ...callColumnNames.map((name) => types[callColumns[name]])];

/** A call with its sequence number. */
export interface Numbered {
  seq: number;
  call: Call;
}

/** Appends calls, not live yet. */
export async function appendCalls(connection: DuckDBConnection, account: string, loadId: bigint, calls: Numbered[]): Promise<void> {
  const rows = calls.map(({ seq, call }) => [
    account,
    BigInt(seq),
    loadId,
    false,
    1,
    ...callColumnNames.map((name) => (call[name] === null ? null : toEngine[callColumns[name]](call[name] as never))),
  ]);
  await append(connection, "call_rows", callTypes, rows);
}

/** Notes in `raw_blocks` where the raw records of a slice lie. */
export async function appendBlocks(connection: DuckDBConnection, account: string, loadId: bigint, firstSeq: number, blocks: Placed[]): Promise<void> {
  const rows = blocks.map(({ first, count, offset, bytes, digest }) => [
    account,
    loadId,
    BigInt(firstSeq + first),
    BigInt(firstSeq + first + count),
    BigInt(offset),
    bytes,
    BigInt(digest),
  ]);
  await append(connection, "raw_blocks", [VARCHAR, BIGINT, BIGINT, BIGINT, BIGINT, INTEGER, BIGINT], rows);
}

/** Appends accounts in the order of their places. */
export async function appendAccounts(connection: DuckDBConnection, accounts: WarehouseAccount[]): Promise<void> {
  const rows = accounts.map(({ id, project, name }, place) => [id, project, name, place]);
  await append(connection, "accounts", [VARCHAR, VARCHAR, VARCHAR, INTEGER], rows);
}

/** Appends rows of text to a temporary table. */
export async function appendTexts(connection: DuckDBConnection, table: string, rows: (string | null)[][]): Promise<void> {
  await append(connection, table, new Array(rows[0]?.length ?? 0).fill(VARCHAR), rows);
}

export interface Sighted {
  hash: string;
  reason: string;
  raw: string;
  count: number;
}

/** Appends rejected records of a load that is under way. */
export async function appendRejected(connection: DuckDBConnection, loadId: bigint, records: Sighted[]): Promise<void> {
  const rows = records.map(({ hash, reason, raw, count }) => [loadId, hash, reason, raw, count]);
  await append(connection, "rejected_rows", [BIGINT, VARCHAR, VARCHAR, VARCHAR, INTEGER], rows);
}
