import { join } from "node:path";
import { config } from "../config";
import { log } from "../log";
import { forget, once } from "../once";
import { type DuckDbOptions, openDuckDb } from "./duckdb";
import type { Warehouse } from "./warehouse";

export { callColumnNames, callColumns } from "./columns";
export { openDuckDb } from "./duckdb";
export { type Counting, callsSql, countedSql, directorySql } from "./scope";
export * from "./warehouse";

/** The warehouse of this process, opened once. Who opens it may ask whether it is the right one. */
export function warehouse(accept?: DuckDbOptions["accept"]): Promise<Warehouse> {
  return once("warehouse", () =>
    openDuckDb(join(config().DATA_DIR, "warehouse.duckdb"), { memory: config().WAREHOUSE_MEMORY, accept, warn: (message) => log().warn(message) }),
  );
}

/** Closes the warehouse if it is open; a later `warehouse()` opens it anew. */
export async function closeWarehouse(): Promise<void> {
  const open = once<Promise<Warehouse> | null>("warehouse", () => null);
  forget("warehouse");
  await (await open?.catch(() => null))?.close();
}
