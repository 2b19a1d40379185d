import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alerts, apiTokens, schedules, shares } from "./schema";
import { openPglite, type State } from "./state";

/** The state store as an earlier version left it, with rows of that time, opened by this one. */
const folder = mkdtempSync(join(tmpdir(), "meetledger-migrations-"));
let opened: State;

beforeAll(async () => {
  const [earlier, directory] = [join(folder, "earlier"), join(folder, "state")];
  cpSync("lib/state/migrations", earlier, { recursive: true });
  const path = join(earlier, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(path, "utf8")) as { entries: { idx: number }[] };
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.filter(({ idx }) => idx <= 7) }));
  const client = await PGlite.create(directory);
  await migrate(drizzle(client), { migrationsFolder: earlier });
  const person = (id: string, name: string) => `('${id}', '${id}@example.com', '${name}', 'admin', 0)`;
  await client.exec(
    `INSERT INTO people (id, email, name, role, created_at) VALUES ${[person("p1", "Asha"), person("p2", "Ravi"), person("p3", "Ravi")].join()}`,
  );
  const token = (id: string, name: string, by: string | null) => `('${id}', '${name}', '${id}', 'admin', ${by ? `'${by}'` : "NULL"}, 0)`;
  await client.exec(
    `INSERT INTO api_tokens (id, name, hash, role, created_by, created_at) VALUES ${[
      token("env", "ADMIN_API_TOKEN", null),
      token("t1", "script", "p1"),
      token("t2", "of a script", "t1"),
      token("t3", "of that one", "t2"),
      token("t4", "bootstrap", "env"),
      token("t5", "Ravi", "p1"),
    ].join()}`,
  );
  const share = (id: string, owner: string, by: string | null) => `('${id}', '${id}', 'x', 'overview', '', '${owner}', ${by ? `'${by}'` : "NULL"}, 0)`;
  await client.exec(
    `INSERT INTO shares (id, hash, title, page, query, owner, owner_id, created_at) VALUES ${[
      share("s1", "Asha", "p1"),
      share("s2", "of that one", "t3"),
      share("s3", "Asha", null),
      share("s4", "Nobody", null),
      share("s5", "ADMIN_API_TOKEN", "env"),
    ].join()}`,
  );
  await client.exec(`INSERT INTO views (id, owner, name, page, query, created_at, updated_at) VALUES ('v1', 'p1', 'Board rooms', '/quality', 'room=r1', 0, 0)`);
  const schedule = (id: string, view: string, owner: string) => `('${id}', '${id}', '${view}', 'html', 'day', 6, 'UTC', 'today', '[]', '${owner}', 0, 0)`;
  await client.exec(
    `INSERT INTO schedules (id, name, view, form, every, hour, tz, period, recipients, owner, created_at, next_at) VALUES ${[
      schedule("c1", "v1", "Asha"),
      schedule("c2", "gone", "Ravi"),
      schedule("c3", "v1", "bootstrap"),
    ].join()}`,
  );
  const alert = (id: string, owner: string) => `('${id}', '${id}', 'calls', 'above', 1, 1, '', 'UTC', '[]', '${owner}', 0)`;
  await client.exec(
    `INSERT INTO alerts (id, name, measure, way, mark, days, query, tz, recipients, owner, created_at) VALUES ${[alert("a1", "script"), alert("a2", "Left")].join()}`,
  );
  await client.close();
  opened = await openPglite(directory);
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const byId = <T extends { id: string }, K extends keyof T>(rows: T[], ...keys: K[]) =>
  Object.fromEntries(rows.map((row) => [row.id, keys.map((key) => row[key])]));

test("tokens and links are of the person who stands behind them; the environment's are the operator's", async () => {
  expect(byId(await opened.db.select().from(apiTokens), "createdBy")).toEqual({
    env: ["operator"],
    t1: ["p1"],
    t2: ["p1"],
    t3: ["p1"],
    t4: ["operator"],
    t5: ["p1"],
  });
  expect(byId(await opened.db.select().from(shares), "ownerId", "token")).toEqual({
    s1: ["p1", null],
    s2: ["p1", "t3"],
    s3: ["p1", null],
    s4: [null, null],
    s5: ["operator", "env"],
  });
});

test("what was kept with a name alone is of the one who has it, and of nobody where several do, or none", async () => {
  expect(byId(await opened.db.select().from(schedules), "ownerId")).toEqual({ c1: ["p1"], c2: [null], c3: ["operator"] });
  expect(byId(await opened.db.select().from(alerts), "ownerId", "owner")).toEqual({ a1: ["p1", "script"], a2: [null, "Left"] });
});

test("schedules have a copy of their view; one whose view was gone has none, and not that of all calls", async () => {
  expect(byId(await opened.db.select().from(schedules), "viewName", "page", "query")).toEqual({
    c1: ["Board rooms", "/quality", "room=r1"],
    c2: [null, null, null],
    c3: ["Board rooms", "/quality", "room=r1"],
  });
});
