import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { openStores } from "./pairing";
import { closeWarehouse, warehouse } from "./warehouse";

let store: ReturnType<typeof useDataDir>;
const before = process.umask(0o022);
beforeAll(() => {
  store = useDataDir();
});
afterAll(async () => {
  await store.close();
  process.umask(before);
});

test("what lies in DATA_DIR is for nobody else, in a folder that was there before too; what a link leads to is left", async () => {
  const { dataDir } = store;
  await warehouse();
  await closeWarehouse();
  const elsewhere = join(dataDir, "state", "elsewhere");
  writeFileSync(elsewhere, "");
  chmodSync(elsewhere, 0o644);
  symlinkSync(elsewhere, join(dataDir, "link"));
  mkdirSync(join(dataDir, "warehouse.duckdb.tmp"), { recursive: true });
  chmodSync(dataDir, 0o755);
  const modes = () =>
    [dataDir, ...readdirSync(dataDir).map((name) => join(dataDir, name))].filter((path) => !path.endsWith("link")).map((path) => statSync(path).mode & 0o077);
  expect(Math.max(...modes())).toBeGreaterThan(0);
  await openStores();
  await (await warehouse()).query({ sql: "CREATE TABLE made_now (a INTEGER)", values: [] });
  expect(readdirSync(dataDir)).toContain("warehouse.duckdb");
  expect(modes().filter((mode) => mode !== 0)).toEqual([]);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
});
