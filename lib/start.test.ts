import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { callsOf, figuresOf, type LoopCall } from "@/e2e/plain-loops";
import { type Ended, startIn } from "@/e2e/start-in";
import type { Loaded, Order, Report, Told } from "@/e2e/started";
import { addDays, daysBetween } from "./time";

/**
 * Everything that can stand in DATA_DIR damaged, missing, older or another's, and what the start does with it: it works and
 * every figure is true, or it stops with one line that names the file and what to do. Either way nothing is deleted.
 */

// A Monday to a Saturday, all of them final. The older copies were made after the third day.
const [first, middle, last] = ["2026-10-05", "2026-10-07", "2026-10-10"];
const days = daysBetween(first, last);
const laterDays = daysBetween(addDays(middle, 1), last);
/** Of this day a file was imported; the API has no records of it. */
const importDay = "2026-10-04";
const feedOptions = { ...defaultFeed, seed: "data-dir", callsPerDay: 60, dirt: 0.01, older: 0.1 };
const appKey = "the-app-key-4711";

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "meetledger-data-dir-"));
let api: CdrApi;
let otherApi: CdrApi;
let expected: Map<string, LoopCall[]>;
let delivered: Set<string>;
/** Where tables of the state store lie in DATA_DIR. */
const tableFiles: Record<string, string> = {};

// ---- Copies of DATA_DIR -----------------------------------------------------------------------------------------------

/**
 * `older`: after the third day. `newer`: after all days and the import. `killed`: the same, but the process was killed right after,
 * so that what came after the third day stands in the warehouse's log. `other`: another installation, with days of its own.
 */
type Copy = "older" | "newer" | "killed" | "other";
const copyOf = (name: Copy, ...path: string[]) => join(folder, name, ...path);

let folders = 0;
function freshCopy(name: Copy | null): string {
  const dataDir = join(folder, `case-${++folders}`);
  mkdirSync(dataDir);
  if (name) cpSync(copyOf(name), dataDir, { recursive: true });
  return dataDir;
}

/** Puts in place of a file or folder what another copy has there. */
function replace(dataDir: string, path: string, by: Copy): void {
  rmSync(join(dataDir, path), { recursive: true, force: true });
  cpSync(copyOf(by, path), join(dataDir, path), { recursive: true });
}

const remove = (dataDir: string, ...paths: string[]) => {
  for (const path of paths) rmSync(join(dataDir, path), { recursive: true });
};
const empty = (dataDir: string, path: string) => truncateSync(join(dataDir, path), 0);
const cut = (dataDir: string, path: string, share: number) => truncateSync(join(dataDir, path), Math.floor(statSync(join(dataDir, path)).size * share));

function flip(dataDir: string, path: string, from: number, to: number): void {
  const data = readFileSync(join(dataDir, path));
  const [start, end] = [Math.floor(data.length * from), Math.floor(data.length * to)];
  for (let at = start; at < end; at++) data[at] = (data[at] as number) ^ 0xff;
  writeFileSync(join(dataDir, path), data);
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });

/** The raw files of a copy, the first load's first. */
const rawFiles = (dataDir: string) =>
  filesIn(join(dataDir, "warehouse.duckdb.raw"))
    .filter((path) => dirname(path).endsWith(".raw"))
    .map((path) => relative(dataDir, path))
    .sort((a, b) => Number.parseInt(a.replace(/^.*\//, ""), 10) - Number.parseInt(b.replace(/^.*\//, ""), 10));
const rawFile = (dataDir: string, index: number) => rawFiles(dataDir).at(index) as string;

const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const hashes = (dataDir: string) => new Map(filesIn(dataDir).map((path) => [relative(dataDir, path), hash(path)]));

/** What an opening may empty or make anew: slices of loads under way, and what PostgreSQL writes for its own process and as its cache. */
const scratch = /^warehouse\.duckdb\.(loads|tmp)\/|^state\/postmaster\.pid$|\/pg_internal\.init$/;

/** What was there before a start and is gone after it. */
function lost(before: Map<string, string>, after: Map<string, string>): string[] {
  const contents = new Set(after.values());
  return [...before].flatMap(([path, content]) => {
    if (scratch.test(path)) return [];
    // Raw files may be moved, into the folder set-aside.
    if (path.startsWith("warehouse.duckdb.raw/")) return contents.has(content) ? [] : [path];
    // The log becomes part of the file that it belongs to.
    if (path === "warehouse.duckdb.wal") return before.has("warehouse.duckdb") || contents.has(content) ? [] : [path];
    // Secrets stay as they are, damaged ones too. Databases may be written to.
    if (/-(key|secret)$/.test(path)) return after.get(path) === content ? [] : [path];
    return after.has(path) ? [] : [path];
  });
}

// ---- A start in a process of its own ----------------------------------------------------------------------------------

let free = 2;
const queue: (() => void)[] = [];
/** So many processes at once as a small machine has cores. */
async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => queue.push(resolve));
  try {
    return await run();
  } finally {
    const next = queue.shift();
    if (next) next();
    else free++;
  }
}

/** Starts, carries orders out and ends. */
const run = (dataDir: string, orders: Order[], env?: Record<string, string>, code?: string): Promise<Ended> =>
  inTurn(() => startIn(dataDir, orders, env, code).ended);

/** The same where it must work. */
async function works(dataDir: string, orders: Order[], env?: Record<string, string>, code?: string): Promise<unknown[]> {
  const { code: exit, stderr, told } = await run(dataDir, orders, env, code);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return told;
}

const lookAt = (oneOf: number): Order[] => [
  { do: "report", from: importDay, to: importDay, oneOf },
  { do: "report", from: first, to: last, oneOf },
];
const look = lookAt(8);
const load = (mode: "all" | "open", from = first, to = last): Order => ({ do: "load", from, to, mode });
const addAccount = (one: CdrApi, appId: string): Order => ({ do: "add-account", url: one.url, appId, appKey });
const isReport = (value: unknown): value is Report => typeof value === "object" && value !== null && "figures" in value;

// ---- What is true -----------------------------------------------------------------------------------------------------

const utcDayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const answered = <T>(told: Told<T>): T => {
  if ("error" in told) throw new Error(told.error);
  return told.value;
};

function expectFigures(row: Record<string, string | number | null> | undefined, day: string): void {
  const figures = figuresOf(expected.get(day) ?? []);
  for (const [name, value] of Object.entries(row ?? { calls: 0 })) {
    if (name === "day") continue;
    const right = figures[name as keyof typeof figures];
    if (right === null || value === null) expect(value, `${name} of ${day}`).toBe(right);
    else expect(value, `${name} of ${day}`).toBeCloseTo(right, 6);
  }
}

interface Truth {
  missing: string[];
  imported: boolean;
  /** Of the calls that were looked at, how many have a raw record that cannot be read. */
  unreadable: number;
}

/** Every day is told as missing or its figures are those of plain loops; every raw record is the call's own or told as unreadable. */
function truthOf([ofImport, ofDays]: Report[]): Truth {
  const { rows, missingDays, complete } = answered((ofDays as Report).figures);
  for (const day of days) {
    if (missingDays.includes(day)) continue;
    expectFigures(
      rows.find((row) => row.day === day),
      day,
    );
  }
  expect(complete).toBe(missingDays.length === 0);
  for (const { day, state } of answered((ofDays as Report).coverage)) expect(state, day).toBe(missingDays.includes(day) ? "missing" : "final");
  const [imported] = answered((ofImport as Report).figures).rows;
  if (imported) expectFigures(imported, importDay);
  let unreadable = 0;
  for (const record of [ofImport, ofDays].flatMap((report) => answered((report as Report).records))) {
    if (record.rawProblem !== null) unreadable++;
    else expectOwnRecord(record);
  }
  return { missing: missingDays, imported: imported !== undefined, unreadable };
}

function expectOwnRecord({ callId, logged, raw }: { callId: string; logged: string | null; raw: string | null }): void {
  const record = JSON.parse(raw as string) as Record<string, unknown>;
  expect(delivered.has(JSON.stringify(record)), `the raw record of ${callId} is one that was delivered`).toBe(true);
  expect(record.trans_date, callId).toBe(logged);
  if (record.cdr_id !== undefined) expect(record.cdr_id).toBe(callId);
}

beforeAll(async () => {
  const common = { ...feedOptions, port: 0, appKey, firstDay: first, lastDay: addDays(last, 1), toInclusive: true };
  api = await startCdrApi({ ...common, appId: "app" });
  otherApi = await startCdrApi({ ...common, seed: "another", appId: "other" });

  // What the API delivers, asked for without any code of ours.
  const authorization = `Basic ${Buffer.from(`app:${appKey}`).toString("base64")}`;
  const records: Record<string, unknown>[] = [];
  for (const day of days) {
    const answer = await fetch(`${api.url}/cdr/period/${day}/${day}`, { headers: { authorization } });
    records.push(...((await answer.json()) as { cdr: Record<string, unknown>[] }).cdr);
  }
  // Imported: what another installation's feed has of the day before.
  const imported = new Feed({ ...feedOptions, seed: "imported", dirt: 0 }).loggedOn(importDay);
  const file = join(folder, "imported.json");
  writeFileSync(file, JSON.stringify(imported));
  expected = new Map();
  for (const call of callsOf([...records, ...imported]).calls) {
    const day = utcDayOf(call.loggedMs);
    expected.set(day, [...(expected.get(day) ?? []), call]);
  }
  delivered = new Set([...records, ...imported].map((record) => JSON.stringify(record)));

  const rest: Order[] = [load("all", addDays(middle, 1), last), { do: "import", path: file }];
  const makeOther = works(copyOf("other"), [addAccount(otherApi, "other"), load("all")]);
  await works(copyOf("older"), [addAccount(api, "app"), load("all", first, middle)]);
  for (const name of ["newer", "killed"] as const) cpSync(copyOf("older"), copyOf(name), { recursive: true });
  await Promise.all([makeOther, works(copyOf("newer"), [...rest, ...look]), run(copyOf("killed"), [...rest, { do: "die" }])]);
  expect(statSync(copyOf("killed", "warehouse.duckdb.wal")).size).toBeGreaterThan(10_000);
  expect(rawFiles(copyOf("newer")).length).toBeGreaterThan(3);
  const forQuestions = freshCopy("older");
  const engine = await PGlite.create(join(forQuestions, "state"));
  for (const name of ["accounts", "settings"]) {
    const { rows } = await engine.query<{ path: string }>("SELECT pg_relation_filepath($1) AS path", [name]);
    tableFiles[name] = join("state", rows[0]?.path as string);
  }
  await engine.close();
});

afterAll(async () => {
  await Promise.all([api?.close(), otherApi?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

// ---- The table --------------------------------------------------------------------------------------------------------

interface Case {
  name: string;
  /** Which copy is damaged; `newer` where none is named. */
  of?: Copy | null;
  damage(dataDir: string): void | Promise<void>;
  env?: (dataDir: string) => Record<string, string>;
  /** Where it stops: what its line must hold, the file first and the remedy last. */
  stops?: RegExp[];
  /** Where it works: days that are told as missing at first. */
  missing?: string[];
  /** Whether the imported calls are still there. */
  imported?: boolean;
  /** Whether some raw records are told as unreadable. */
  unreadable?: boolean;
  /** Of so many calls one has its raw record looked at. */
  oneOf?: number;
  /** What is done before what is open is loaded again. */
  again?: () => Order[];
  /** Why nothing can be loaded. */
  loadFails?: RegExp;
  /** Files that must be found in the folder set-aside afterwards. */
  aside?: string[];
}

const stateRemedy = /Put the (folder|state store) back/;
const warehouseRemedy = /put it back from a backup; or move it away/;

const cases: Case[] = [
  { name: "nothing damaged", damage: () => {} },
  { name: "killed right after loading", of: "killed", damage: () => {} },

  // Secrets
  { name: "nextauth-secret missing", damage: (at) => remove(at, "nextauth-secret") },
  {
    name: "nextauth-secret empty",
    damage: (at) => empty(at, "nextauth-secret"),
    stops: [/nextauth-secret is empty/, /Put the file back.*set NEXTAUTH_SECRET/],
  },
  {
    name: "nextauth-secret cut to half",
    damage: (at) => cut(at, "nextauth-secret", 0.5),
    stops: [/nextauth-secret is cut: 32 of 64/, /Put the file back.*set NEXTAUTH_SECRET/],
  },
  {
    // A new one is made. What was sealed with the old one must be entered again.
    name: "credentials-key missing",
    damage: (at) => remove(at, "credentials-key"),
    again: () => [load("all", first, first)],
    loadFails: /CREDENTIALS_KEY has changed\. Enter the secret again/,
  },
  {
    name: "credentials-key empty",
    damage: (at) => empty(at, "credentials-key"),
    stops: [/credentials-key is empty/, /Put the file back.*set CREDENTIALS_KEY/],
  },
  {
    name: "credentials-key cut to half",
    damage: (at) => cut(at, "credentials-key", 0.5),
    stops: [/credentials-key is cut: 32 of 64/, /Put the file back.*set CREDENTIALS_KEY/],
  },
  {
    name: "secrets given by the environment, their files damaged",
    damage: (at) => {
      empty(at, "nextauth-secret");
      cut(at, "credentials-key", 0.5);
    },
    env: () => ({ NEXTAUTH_SECRET: "a secret for tests", CREDENTIALS_KEY: readFileSync(copyOf("newer", "credentials-key"), "utf8") }),
  },

  // The state store
  { name: "state missing", damage: (at) => remove(at, "state"), stops: [/\/state is empty/, /Put the state store back.*ADOPT_WAREHOUSE=yes/] },
  {
    name: "state empty",
    damage: (at) => {
      remove(at, "state");
      mkdirSync(join(at, "state"));
    },
    stops: [/\/state is empty/, /Put the state store back.*ADOPT_WAREHOUSE=yes/],
  },
  { name: "state/PG_VERSION missing", damage: (at) => remove(at, "state/PG_VERSION"), stops: [/\/state lacks PG_VERSION/, stateRemedy] },
  { name: "state/global/pg_control cut", damage: (at) => cut(at, "state/global/pg_control", 0.01), stops: [/\/state cannot be opened/, stateRemedy] },
  {
    name: "every file under state/base flipped",
    damage(at) {
      for (const path of filesIn(join(at, "state/base"))) flip(at, relative(at, path), 0, 1);
    },
    stops: [/\/state cannot be opened/, stateRemedy],
  },
  {
    name: "state/base missing",
    damage: (at) => remove(at, "state/base"),
    stops: [/\/state cannot be opened/, stateRemedy],
  },
  {
    name: "the log of state missing",
    damage(at) {
      for (const path of filesIn(join(at, "state/pg_wal"))) rmSync(path);
    },
    stops: [/\/state cannot be opened/, stateRemedy],
  },
  { name: "a table of state that the start reads flipped", damage: (at) => flip(at, tableFiles.settings as string, 0, 1), stops: [/\/state\b/, stateRemedy] },
  { name: "the accounts in state flipped", damage: (at) => flip(at, tableFiles.accounts as string, 0, 1), stops: [/\/state\b/, stateRemedy] },
  {
    name: "some bytes of the accounts in state flipped",
    damage: (at) => flip(at, tableFiles.accounts as string, 0.97, 0.99),
    stops: [/\/state\b/, stateRemedy],
  },
  {
    name: "state written by a newer Meetledger",
    async damage(at) {
      const engine = await PGlite.create(join(at, "state"));
      await engine.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('newer', 9999999999999)");
      await engine.close();
    },
    stops: [/state store was written by a newer Meetledger/, /Start that one/],
  },
  {
    name: "state of another major version of PostgreSQL",
    damage: (at) => writeFileSync(join(at, "state/PG_VERSION"), "16\n"),
    stops: [/\/state was made by PostgreSQL 16/, /Start the Meetledger that made it/],
  },
  { name: "state older", damage: (at) => replace(at, "state", "older") },
  {
    name: "state of another installation",
    damage: (at) => replace(at, "state", "other"),
    stops: [/The warehouse in .* of another installation/, /Put back the two that belong together.*ADOPT_WAREHOUSE=yes/],
  },

  // The warehouse
  { name: "warehouse.duckdb missing", damage: (at) => remove(at, "warehouse.duckdb"), missing: days, imported: false },
  {
    name: "warehouse.duckdb missing, its log there",
    of: "killed",
    damage: (at) => remove(at, "warehouse.duckdb"),
    missing: days,
    imported: false,
  },
  { name: "warehouse.duckdb of 0 bytes", damage: (at) => empty(at, "warehouse.duckdb"), stops: [/warehouse\.duckdb is damaged/, warehouseRemedy] },
  {
    name: "warehouse.duckdb of 0 bytes, its log there",
    of: "killed",
    damage: (at) => empty(at, "warehouse.duckdb"),
    stops: [/warehouse\.duckdb is damaged/, warehouseRemedy],
  },
  { name: "warehouse.duckdb cut to half", damage: (at) => cut(at, "warehouse.duckdb", 0.5), stops: [/warehouse\.duckdb is damaged/, warehouseRemedy] },
  {
    name: "the header of warehouse.duckdb flipped",
    damage: (at) => flip(at, "warehouse.duckdb", 0, 0.001),
    stops: [/warehouse\.duckdb is damaged/, warehouseRemedy],
  },
  { name: "warehouse.duckdb older", damage: (at) => replace(at, "warehouse.duckdb", "older"), missing: laterDays, imported: false },
  {
    name: "warehouse.duckdb of another installation",
    damage: (at) => replace(at, "warehouse.duckdb", "other"),
    stops: [/The warehouse in .* of another installation/, /Put back the two that belong together.*ADOPT_WAREHOUSE=yes/],
  },

  {
    name: "warehouse.duckdb written by a newer Meetledger",
    async damage(at) {
      const engine = await DuckDBInstance.create(join(at, "warehouse.duckdb"));
      const connection = await engine.connect();
      await connection.run("INSERT INTO schema_version VALUES (99)");
      connection.closeSync();
      engine.closeSync();
    },
    stops: [/warehouse/, /Start (that|the newer)/],
  },

  {
    name: "warehouse.duckdb written by a newer engine",
    damage(at) {
      // Where the engine writes the version of its format, in the file's head: after a checksum and its mark.
      const data = readFileSync(join(at, "warehouse.duckdb"));
      data.writeBigUInt64LE(9_999n, data.indexOf("DUCK") + 4);
      writeFileSync(join(at, "warehouse.duckdb"), data);
    },
    stops: [/warehouse\.duckdb/, /newer version of its engine|damaged/],
  },

  // The warehouse's log
  {
    name: "warehouse.duckdb.wal flipped in the middle",
    of: "killed",
    damage: (at) => flip(at, "warehouse.duckdb.wal", 0.5, 0.51),
    stops: [/warehouse\.duckdb\.wal/, warehouseRemedy],
  },
  {
    name: "warehouse.duckdb.wal cut to 60 %",
    of: "killed",
    damage: (at) => cut(at, "warehouse.duckdb.wal", 0.6),
    missing: laterDays.slice(1),
    imported: false,
  },
  { name: "warehouse.duckdb.wal missing", of: "killed", damage: (at) => remove(at, "warehouse.duckdb.wal"), missing: laterDays, imported: false },

  // Raw records
  { name: "the folder of raw records missing", damage: (at) => remove(at, "warehouse.duckdb.raw"), unreadable: true },
  { name: "a raw file missing", damage: (at) => remove(at, rawFile(at, 0)), unreadable: true },
  { name: "a raw file cut", damage: (at) => cut(at, rawFile(at, 0), 0.5), unreadable: true },
  { name: "a raw file flipped", damage: (at) => flip(at, rawFile(at, 0), 0, 1), unreadable: true },
  { name: "one byte of a raw file flipped", damage: flipUnseen, unreadable: true, oneOf: 1 },
  { name: "the raw files of another installation", damage: (at) => replace(at, "warehouse.duckdb.raw", "other"), unreadable: true },
  { name: "the note of who wrote raw files missing", damage: (at) => remove(at, "warehouse.duckdb.raw.opening") },
  {
    name: "a raw file that the warehouse does not know",
    damage: (at) => writeFileSync(join(at, "warehouse.duckdb.raw/99999.raw"), "what a newer warehouse wrote"),
    aside: ["99999.raw"],
  },
  {
    name: "nothing but raw files",
    of: null,
    damage: (at) => cpSync(copyOf("newer", "warehouse.duckdb.raw"), join(at, "warehouse.duckdb.raw"), { recursive: true }),
    missing: days,
    imported: false,
    again: () => [addAccount(api, "app")],
  },
];

/** Flips one byte such that the file can still be read, and reads otherwise. */
function flipUnseen(dataDir: string): void {
  const path = join(dataDir, rawFile(dataDir, 0));
  const data = readFileSync(path);
  const right = brotliDecompressSync(data).toString("utf8");
  for (let at = 0; at < data.length; at++) {
    const flipped = Buffer.from(data);
    flipped[at] = (flipped[at] as number) ^ 1;
    try {
      const wrong = brotliDecompressSync(flipped).toString("utf8");
      if (wrong === right) continue;
      for (const line of wrong.split("\n")) JSON.parse(line);
      writeFileSync(path, flipped);
      return;
    } catch {
      // Seen. The next byte.
    }
  }
  flip(dataDir, rawFile(dataDir, 0), 0.5, 0.51);
}

describe.concurrent("what stands in DATA_DIR", () => {
  for (const { name, ...one } of cases) {
    test(`${name}: ${one.stops ? "stops" : "works"}`, async () => {
      const dataDir = freshCopy(one.of === undefined ? "newer" : one.of);
      await one.damage(dataDir);
      const before = hashes(dataDir);
      const looked = lookAt(one.oneOf ?? 8);
      const { code, stderr, told } = await run(dataDir, [...looked, ...(one.again?.() ?? []), load("open"), ...looked], one.env?.(dataDir));
      if (one.stops) {
        expect(stderr).toMatch(/^Meetledger cannot start\. [^\n]+\n$/);
        for (const words of one.stops) expect(stderr).toMatch(words);
        expect(code).toBe(1);
      } else {
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const reports = told.filter(isReport);
        const { missing = [], imported = true, unreadable = false } = one;
        const atFirst = truthOf(reports.slice(0, 2));
        expect(atFirst).toMatchObject({ missing, imported });
        expect(atFirst.unreadable > 0, "some raw records cannot be read").toBe(unreadable);
        const loads = told.filter((each): each is Loaded => typeof each === "object" && each !== null && "state" in each);
        if (one.loadFails) expect(loads[0]?.error).toMatch(one.loadFails);
        else expect(loads.at(-1)).toMatchObject({ state: "done", error: null });
        expect(truthOf(reports.slice(2))).toMatchObject({ missing: [], imported });
      }
      const after = hashes(dataDir);
      expect(lost(before, after)).toEqual([]);
      for (const file of one.aside ?? []) expect([...after.keys()]).toContain(`warehouse.duckdb.raw/set-aside/${file}`);
      rmSync(dataDir, { recursive: true });
    });
  }
});

// ---- What is more than one start --------------------------------------------------------------------------------------

/** Runs something and expects that nothing is lost by it. */
async function losingNothing<T>(dataDir: string, act: () => Promise<T>, but = /^$/): Promise<T> {
  const before = hashes(dataDir);
  const result = await act();
  expect(lost(before, hashes(dataDir)).filter((path) => !but.test(path))).toEqual([]);
  return result;
}

const reportsOf = (told: unknown[]) => told.filter(isReport);
const failedToStart = ({ code, stderr }: Ended) => {
  expect(stderr).toMatch(/^Meetledger cannot start\. [^\n]+\n$/);
  expect(code).toBe(1);
  return stderr;
};

describe.concurrent("pages of warehouse.duckdb that are damaged", () => {
  // One byte in each block of the engine: a file that can be opened may be damaged anywhere behind that.
  const blockBytes = 256 * 1024;
  const headBytes = 3 * 4096;
  test.each([
    [0, 0.25],
    [0.25, 0.5],
    [0.5, 0.75],
    [0.75, 1],
  ])("from %d to %d of the file: figures are right or refused", async (from, to) => {
    const dataDir = freshCopy("newer");
    const path = join(dataDir, "warehouse.duckdb");
    const data = readFileSync(path);
    for (let at = headBytes + blockBytes / 2; at < data.length; at += blockBytes) {
      if (at >= data.length * from && at < data.length * to) data[at] = (data[at] as number) ^ 0xff;
    }
    writeFileSync(path, data);
    const ended = await losingNothing(dataDir, () => run(dataDir, [...look, ...look]));
    if (ended.code !== 0) {
      const line = failedToStart(ended);
      expect(line).toMatch(/warehouse\.duckdb is damaged/);
      expect(line).toMatch(warehouseRemedy);
      return;
    }
    const reports = reportsOf(ended.told);
    const problems = reports.flatMap(({ figures, coverage, records }) => [figures, coverage, records].flatMap((one) => ("error" in one ? [one.error] : [])));
    for (const problem of problems) expect(problem).toMatch(/warehouse\.duckdb is damaged.*put it back from a backup/);
    const [atFirst, later] = [reports.slice(0, 2), reports.slice(2)].map((two) => truthOrProblem(two));
    expect([...(atFirst ?? []), ...(later ?? [])].filter((truth) => truth !== null && (truth.missing.length > 0 || !truth.imported))).toEqual([]);
    // A page that was met once is not forgotten, whatever goes well afterwards.
    const ready = (reports.at(-1) as Report).ready;
    if (problems.length > 0) expect(ready).toMatchObject({ error: expect.stringMatching(/warehouse\.duckdb is damaged/) });
    else expect(ready).toEqual({ value: true });
  });

  /** The truth of two reports, where they could be made. */
  function truthOrProblem(two: Report[]): (Truth | null)[] {
    const isTold = two.every(({ figures, coverage, records }) => [figures, coverage, records].every((one) => "value" in one));
    return [isTold ? truthOf(two) : null];
  }
});

describe.concurrent("one after the other", () => {
  test("an older warehouse put back, and then the newer one again", async () => {
    const dataDir = freshCopy("newer");
    replace(dataDir, "warehouse.duckdb", "older");
    const withOlder = reportsOf(await losingNothing(dataDir, () => works(dataDir, [...look, load("open"), ...look])));
    expect(truthOf(withOlder.slice(0, 2))).toEqual({ missing: laterDays, imported: false, unreadable: 0 });
    expect(truthOf(withOlder.slice(2))).toEqual({ missing: [], imported: false, unreadable: 0 });
    replace(dataDir, "warehouse.duckdb", "newer");
    const withNewer = reportsOf(await losingNothing(dataDir, () => works(dataDir, [...lookAt(1), load("all", first, first), ...lookAt(1)])));
    for (const at of [0, 2]) expect(truthOf(withNewer.slice(at, at + 2))).toEqual({ missing: [], imported: true, unreadable: 0 });
  });

  test("another installation's warehouse, and then the own one again: all is as it was", async () => {
    const dataDir = freshCopy("newer");
    replace(dataDir, "warehouse.duckdb", "other");
    await losingNothing(dataDir, async () => failedToStart(await run(dataDir, [])));
    replace(dataDir, "warehouse.duckdb", "newer");
    const told = await losingNothing(dataDir, () => works(dataDir, look));
    expect(truthOf(reportsOf(told))).toEqual({ missing: [], imported: true, unreadable: 0 });
  });

  test("the state store lost and the warehouse taken over: calls are those of a removed account until it is added again", async () => {
    const dataDir = freshCopy("newer");
    remove(dataDir, "state");
    const adopted = await losingNothing(dataDir, () => works(dataDir, look, { ADOPT_WAREHOUSE: "yes" }));
    const [ofImport, ofDays] = reportsOf(adopted) as [Report, Report];
    expect(answered(ofDays.figures).removed).toEqual(["Main"]);
    expect(truthOf([ofImport, ofDays])).toEqual({ missing: [], imported: true, unreadable: 0 });
    // Once is enough.
    const told = await losingNothing(dataDir, () => works(dataDir, [...look, addAccount(api, "app"), ...look, load("all"), ...look]));
    const reports = reportsOf(told);
    expect(answered((reports[3] as Report).figures).removed).toEqual([]);
    for (const at of [0, 2, 4]) expect(truthOf(reports.slice(at, at + 2))).toEqual({ missing: [], imported: true, unreadable: 0 });
  });

  test("two processes on one DATA_DIR: the second stops, the first goes on", async () => {
    const dataDir = freshCopy("newer");
    const [firstOne, second] = await inTurn(async () => {
      const one = startIn(dataDir, [{ do: "stay" }, load("all", last, last), ...look]);
      await one.hasTold(1);
      const before = hashes(dataDir);
      const other = await startIn(dataDir, look).ended;
      expect(lost(before, hashes(dataDir))).toEqual([]);
      one.child.stdin.end();
      return [await one.ended, other];
    });
    expect(failedToStart(second)).toMatch(/Another Meetledger is running on this DATA_DIR: it holds .*warehouse\.duckdb/);
    expect(firstOne).toMatchObject({ code: 0, stderr: "" });
    expect(truthOf(reportsOf(firstOne.told))).toEqual({ missing: [], imported: true, unreadable: 0 });
  });
});

/** The last commit before stores that know what they hold. */
const version1 = "abee4c6";
const hasVersion1 = spawnSync("git", ["cat-file", "-e", `${version1}^{commit}`], { cwd: root }).status === 0;

describe.skipIf(!hasVersion1)("a DATA_DIR of version 1", () => {
  /** Tables go whose content has moved into the warehouse; that it has is what the figures show. */
  const ofTables = /^state\/base\//;
  let dataDir: string;
  let early: string;

  beforeAll(async () => {
    const code = join(folder, "version-1");
    mkdirSync(code);
    execFileSync("tar", ["-x", "-C", code], { input: execFileSync("git", ["archive", version1], { cwd: root, maxBuffer: 2 ** 28 }) });
    symlinkSync(join(root, "node_modules"), join(code, "node_modules"));
    cpSync(join(root, "e2e/started.ts"), join(code, "e2e/started.ts"));
    [dataDir, early] = [freshCopy(null), freshCopy(null)];
    await works(dataDir, [addAccount(api, "app"), load("all", first, middle)], {}, code);
    cpSync(dataDir, early, { recursive: true });
    await works(dataDir, [load("all", addDays(middle, 1), last), { do: "import", path: join(folder, "imported.json") }], {}, code);
  });

  test.concurrent("its coverage is taken over, and figures are as they were", async () => {
    const upgraded = copied(dataDir);
    const told = await losingNothing(upgraded, () => works(upgraded, [...look, load("all"), ...look]), ofTables);
    const reports = reportsOf(told);
    for (const at of [0, 2]) expect(truthOf(reports.slice(at, at + 2))).toEqual({ missing: [], imported: true, unreadable: 0 });
  });

  test.concurrent("with its warehouse lost, all days are missing", async () => {
    const upgraded = copied(dataDir);
    remove(upgraded, "warehouse.duckdb");
    const reports = reportsOf(await losingNothing(upgraded, () => works(upgraded, [...look, load("open"), ...look]), ofTables));
    expect(truthOf(reports.slice(0, 2))).toMatchObject({ missing: days, imported: false });
    expect(truthOf(reports.slice(2))).toEqual({ missing: [], imported: false, unreadable: 0 });
  });

  test.concurrent("with an older warehouse of its own, the days that this has are loaded", async () => {
    const upgraded = copied(dataDir);
    rmSync(join(upgraded, "warehouse.duckdb"));
    cpSync(join(early, "warehouse.duckdb"), join(upgraded, "warehouse.duckdb"));
    const reports = reportsOf(await losingNothing(upgraded, () => works(upgraded, [...look, load("open"), ...look]), ofTables));
    // Of the first of the later days it holds every call: they came with the answer for the day before.
    expect(truthOf(reports.slice(0, 2))).toMatchObject({ missing: laterDays.slice(1), imported: false });
    expect(truthOf(reports.slice(2))).toMatchObject({ missing: [], imported: false });
  });

  function copied(from: string): string {
    const to = freshCopy(null);
    cpSync(from, to, { recursive: true });
    return to;
  }
});
