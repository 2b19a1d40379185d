import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "@/e2e/cdr-api/records";
import { type CdrApi, type CdrApiOptions, startCdrApi } from "@/e2e/cdr-api/server";
import { type Delivered, imported, Ledger, type LedgerAccount, type StateSide, type WarehouseSide } from "@/e2e/ledger";
import { useDataDir } from "@/e2e/test-store";
import { addAccount, changeAccount, findAccount, settleAccounts } from "./accounts";
import { clientLimits, retryLimits } from "./cdr";
import { metricsOf, metricsQuery, rawRecordOf, runMetrics } from "./metrics";
import { forget } from "./once";
import { openStores } from "./pairing";
import { everything } from "./scope";
import { closeState, jobs, openState, state } from "./state";
import { cancelJob, endAccount, findJob, idle, importFile, resumeJobs, startJob, takeOverCoverage } from "./sync";
import { addDays, daysBetween } from "./time";
import { closeWarehouse, warehouse } from "./warehouse";

/**
 * Whatever is done to accounts and stores, in whatever order: after each step every figure is that of plain loops over what was
 * delivered, and a day is told as loaded only where it is. Nothing is lost, invented or counted twice.
 */

const [first, last] = ["2026-10-05", "2026-10-07"];
const days = daysBetween(first, last);
const projects = ["a", "b"] as const;
type Project = (typeof projects)[number];
const paths = ["warehouse.duckdb", "warehouse.duckdb.wal", "warehouse.duckdb.raw"];

/** What the CDR API would deliver, by id; of each project, which a test may change at any time. */
const upstream: Record<Project, { options: CdrApiOptions; api: CdrApi; calls: Map<string, Delivered> }> = {} as never;
let store: ReturnType<typeof useDataDir>;
let copies: string;

const recordOf = ({ id, day, minutes }: Delivered): Json => ({
  cdr_id: id,
  trans_date: `${day}T10:00:00.000Z`,
  conf_num: `c-${day}`,
  room: { room_id: "r1", connect_dt: `${day}T09:00:00.000Z`, disconnect_dt: `${day}T09:30:00.000Z` },
  user: { role: "participant", name: `N ${id}`, ref: id },
  usage: { connect_minutes_cal: minutes, connect_minutes: minutes * 60 },
});

beforeAll(async () => {
  retryLimits.pauseMs = 1;
  clientLimits.idleMs = 60_000;
  for (const project of projects) {
    const options = { seed: project, callsPerDay: 1, dirt: 0, older: 0, badWeek: null, port: 0, appId: project, appKey: "key-0" };
    const more = { firstDay: addDays(first, -1), lastDay: addDays(last, 1), toInclusive: project === "a", records: [] as Json[] };
    const whole: CdrApiOptions = { ...options, ...more };
    upstream[project] = { options: whole, api: await startCdrApi(whole), calls: new Map() };
  }
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1", CREDENTIALS_KEY: "a credentials key for tests" });
  copies = mkdtempSync(join(tmpdir(), "meetledger-sequences-"));
  await warehouse();
  await closeWarehouse();
  copy("empty");
  await openState();
});
afterAll(async () => {
  for (const project of projects) await upstream[project].api.close();
  await store.close();
  rmSync(copies, { recursive: true, force: true });
});

// ---- The stores as files and tables ---------------------------------------------------------------------------------------

/** Copies the warehouse's files as they stand, whether it is open or not: what a kill, or a backup, leaves. */
function copy(name: string): void {
  rmSync(join(copies, name), { recursive: true, force: true });
  mkdirSync(join(copies, name));
  for (const path of paths) if (existsSync(join(store.dataDir, path))) cpSync(join(store.dataDir, path), join(copies, name, path), { recursive: true });
}

function putBack(name: string | null): void {
  for (const path of [...paths, "warehouse.duckdb.loads", "warehouse.duckdb.tmp"]) rmSync(join(store.dataDir, path), { recursive: true, force: true });
  if (name !== null) cpSync(join(copies, name), store.dataDir, { recursive: true });
}

const tables = ["accounts", "jobs", "failed_days", "settings"];

async function copyState(name: string): Promise<void> {
  const db = await state();
  await db.execute(sql.raw(`DROP SCHEMA IF EXISTS "${name}" CASCADE`));
  await db.execute(sql.raw(`CREATE SCHEMA "${name}"`));
  for (const table of tables) await db.execute(sql.raw(`CREATE TABLE "${name}"."${table}" AS TABLE public."${table}"`));
}

async function putBackState(name: string | null): Promise<void> {
  const db = await state();
  for (const table of tables) {
    await db.execute(sql.raw(`DELETE FROM public."${table}"`));
    if (name !== null) await db.execute(sql.raw(`INSERT INTO public."${table}" SELECT * FROM "${name}"."${table}"`));
  }
}

/** What a start does, on the stores as they stand. */
async function begin(): Promise<void> {
  for (const name of ["sync-running", "sync-queues", "sync-ended", "cdr-clients"]) forget(name);
  (await openState()).kept.clear();
  await openStores();
  await takeOverCoverage();
  await settleAccounts();
  await resumeJobs();
  await idle();
}

/** Starts; a warehouse with calls that the state store never worked with is refused until somebody says that it is meant. */
async function start(ledger: Ledger): Promise<void> {
  const mayBe = ledger.state.known.has(ledger.warehouse.id) || ledger.isEmpty();
  if (!mayBe) {
    await expect(begin()).rejects.toMatchObject({ code: "storage_damaged", message: expect.stringContaining("ADOPT_WAREHOUSE=yes") });
    // The process would end here, and the next one open the file anew.
    await closeWarehouse();
    process.env.ADOPT_WAREHOUSE = "yes";
    forget("config");
  }
  try {
    await begin();
  } finally {
    delete process.env.ADOPT_WAREHOUSE;
    forget("config");
  }
  ledger.start();
}

// ---- The steps -----------------------------------------------------------------------------------------------------------

interface World {
  ledger: Ledger;
  names: number;
  calls: number;
  warehouses: number;
  backups: { warehouse: WarehouseSide; state: StateSide }[];
}

interface Step {
  kind: (typeof kinds)[number];
  project: Project;
  /** What is chosen among what there is. */
  pick: number;
}

const kinds = [
  "add",
  "add",
  "remove",
  "take away",
  "begin anew",
  "rename",
  "re-key",
  "late call",
  "late call",
  "shared call",
  "withdraw",
  "correct",
  "move",
  "load",
  "load",
  "load",
  "load with a bad day",
  "import",
  "import into the account",
  "restart",
  "kill",
  "kill in a load",
  "back up",
  "back up",
  "restore warehouse",
  "restore state",
  "restore state",
  "lose warehouse",
] as const;

const base = (project: Project) => upstream[project].api.url;
const answerOf = (project: Project, day: string) => {
  const { calls, options } = upstream[project];
  return [...calls.values()].filter((call) => call.day === day || (options.toInclusive && call.day === addDays(day, 1)));
};
const deliver = (project: Project) => {
  const { calls, options } = upstream[project];
  options.records?.splice(0, Number.POSITIVE_INFINITY, ...[...calls.values()].map(recordOf));
};

function pickCall(project: Project, pick: number, ownOnly: boolean): Delivered | undefined {
  const calls = [...upstream[project].calls.values()].filter(({ id }) => !ownOnly || !id.startsWith("s"));
  return calls[pick % Math.max(1, calls.length)];
}

async function load(account: LedgerAccount, wanted: string[], badDay: string | null, { ledger }: World): Promise<void> {
  const project = account.project as Project;
  const { api, options } = upstream[project];
  api.order(badDay === null ? null : { kind: "500", day: badDay });
  const id = await startJob({ account: account.name, from: wanted[0] as string, to: wanted.at(-1) as string, mode: "all", requestedBy: "test" });
  await idle();
  api.order(null);
  const hasKey = account.key === options.appKey;
  expect((await findJob(id)).state).toBe(hasKey && badDay === null ? "done" : "failed");
  if (hasKey) for (const day of wanted) if (day !== badDay) ledger.load(account, day, answerOf(project, day));
}

const input = (account: LedgerAccount, appKey?: string) => ({
  name: account.name,
  baseUrl: base(account.project as Project),
  appId: account.project,
  ...(appKey === undefined ? {} : { appKey }),
});

async function take({ kind, project, pick }: Step, world: World): Promise<void> {
  const { ledger } = world;
  const account = ledger.present(project);
  const { calls, options, api } = upstream[project];
  const day = days[pick % days.length] as string;
  switch (kind) {
    case "add": {
      // The path is no part of what a project is, nor is the name or the key.
      const asked = { name: `N${world.names++}`, baseUrl: `${base(project)}${pick % 2 === 0 ? "" : "/"}`, appId: project, appKey: options.appKey };
      if (account) {
        const refused = { code: "conflict", message: expect.stringContaining(`"${account.name}"`) };
        await expect(addAccount(asked)).rejects.toMatchObject(refused);
      } else {
        await addAccount(asked);
        ledger.add(project, asked.name, asked.appKey);
      }
      return;
    }
    case "remove":
    case "take away":
      if (!account) return;
      await endAccount((await findAccount(account.name)).id, kind === "remove" ? "keep" : "take-away", "test");
      ledger.remove(account, kind === "take away");
      return;
    case "begin anew":
      for (const step of ["take away", "add", "load"] as const) await take({ kind: step, project, pick }, world);
      return;
    case "rename":
      if (!account) return;
      await changeAccount((await findAccount(account.name)).id, { ...input(account), name: `N${world.names}` });
      account.name = `N${world.names++}`;
      return;
    case "re-key":
      options.appKey = `key-${world.names++}`;
      // Sometimes nobody tells Meetledger.
      if (!account || pick % 3 === 0) return;
      await changeAccount((await findAccount(account.name)).id, input(account, options.appKey));
      account.key = options.appKey;
      return;
    case "late call": {
      const call = { id: `${project}${world.calls++}`, day, minutes: (pick % 9) + 0.1 };
      calls.set(call.id, call);
      deliver(project);
      return;
    }
    case "shared call": {
      const call = { id: `s${world.calls++}`, day, minutes: (pick % 9) + 0.2 };
      for (const one of projects) {
        upstream[one].calls.set(call.id, call);
        deliver(one);
      }
      return;
    }
    case "withdraw":
    case "correct":
    case "move": {
      const call = pickCall(project, pick, kind !== "withdraw");
      if (!call) return;
      if (kind === "withdraw") calls.delete(call.id);
      else calls.set(call.id, kind === "correct" ? { ...call, minutes: call.minutes + 1 } : { ...call, day });
      deliver(project);
      return;
    }
    case "load":
      if (account) await load(account, days.slice(0, (pick % days.length) + 1), null, world);
      return;
    case "load with a bad day":
      if (account) await load(account, days, day, world);
      return;
    case "import":
    case "import into the account": {
      const into = kind === "import" ? undefined : account;
      if (kind !== "import" && !into) return;
      const file = [...calls.values()].filter((_, index) => (index + pick) % 3 !== 0);
      if (file.length === 0) return;
      for (let time = 0; time <= pick % 2; time++) {
        const text = JSON.stringify({ result: "0", cdr: file.map(recordOf) });
        await importFile(
          (async function* () {
            yield Buffer.from(text);
          })(),
          into?.name ?? imported,
        );
        ledger.import(into?.uid ?? imported, into?.project ?? null, file);
      }
      return;
    }
    case "restart":
      await closeWarehouse();
      await start(ledger);
      return;
    case "kill":
      copy("killed");
      await closeWarehouse();
      putBack("killed");
      await start(ledger);
      return;
    case "kill in a load": {
      if (!account || account.key !== options.appKey) return;
      const before = api.asked.length;
      api.order({ kind: "stall", day });
      const id = await startJob({ account: account.name, from: first, to: last, mode: "all", requestedBy: "test" });
      while (api.asked.length === before) await sleep(1);
      await sleep(pick % 20);
      copy("killed");
      await cancelJob(id, "test");
      await idle();
      api.order(null);
      await closeWarehouse();
      putBack("killed");
      // As it stood when the process was killed: a start takes the load up again.
      await (await state()).update(jobs).set({ state: "running", error: null, finishedAt: null }).where(eq(jobs.id, id));
      for (const one of days) ledger.load(account, one, answerOf(project, one));
      await start(ledger);
      return;
    }
    case "back up": {
      const name = `backup-${world.backups.length}`;
      copy(name);
      await copyState(name);
      world.backups.push(structuredClone({ warehouse: ledger.warehouse, state: ledger.state }));
      return;
    }
    case "restore warehouse":
    case "restore state": {
      if (world.backups.length === 0) return;
      const number = pick % world.backups.length;
      const backup = structuredClone(world.backups[number] as World["backups"][number]);
      await closeWarehouse();
      if (kind === "restore state") {
        await putBackState(`backup-${number}`);
        ledger.state = backup.state;
      } else {
        putBack(`backup-${number}`);
        ledger.warehouse = backup.warehouse;
      }
      await start(ledger);
      return;
    }
    case "lose warehouse":
      await closeWarehouse();
      putBack(null);
      ledger.warehouse = { id: ++world.warehouses, shelves: new Map() };
      await start(ledger);
      return;
  }
}

// ---- What must be told -----------------------------------------------------------------------------------------------------

const sum = (minutes: number[]) => Math.round(minutes.reduce((all, one) => all + one * 10, 0)) / 10;

async function check({ ledger }: World): Promise<void> {
  const query = metricsQuery.parse({ from: addDays(first, -1), to: addDays(last, 1), measures: "calls,billed_minutes", by: "day" });
  const { rows, totals, meta } = await runMetrics(metricsOf(query, { tz: "UTC", now: Date.now(), scope: everything }));
  const counted = ledger.counted();
  const expected = [addDays(first, -1), ...days, addDays(last, 1)].flatMap((day) => {
    const calls = counted.filter(({ call }) => call.day === day).map(({ call }) => call);
    return calls.length > 0 ? [{ day, calls: calls.length, billed_minutes: sum(calls.map(({ minutes }) => minutes)) }] : [];
  });
  expect(rows).toEqual(expected);
  if (meta.notLoaded) expect({ totals, counted }).toEqual({ totals: { calls: null, billed_minutes: null }, counted: [] });
  else expect(totals).toEqual({ calls: counted.length, billed_minutes: sum(counted.map(({ call }) => call.minutes)) });
  expect(days.filter((day) => meta.missingDays.includes(day))).toEqual(days.filter((day) => !ledger.isLoaded(day)));
  expect(meta.doubled).toBe(counted.filter(({ of }) => of > 1).length);
  expect(meta.removed.length).toBe(ledger.removed().length);
  // A call that one account still delivers, and another does not, is told in its own way.
  if (counted.every(({ of, withdrawnIn }) => of === 1 || withdrawnIn === 0)) expect(meta.withdrawn).toBe(counted.filter(({ call }) => call.isWithdrawn).length);
}

/** Every call's raw record is the one that was delivered last. */
async function checkRecords({ ledger }: World): Promise<void> {
  const open = await warehouse();
  const rows = await open.query<{ account: string; call_id: string }>({ sql: "SELECT account, call_id FROM calls", values: [] });
  const held = [...ledger.warehouse.shelves.values()].flatMap(({ calls }) => [...calls.values()]);
  const texts = await Promise.all(rows.map(({ account, call_id }) => rawRecordOf(open, account, call_id, everything)));
  expect(texts.map(({ raw }) => raw).sort()).toEqual(held.map((call) => JSON.stringify(recordOf(call))).sort());
}

const stepOf = (kind: Step["kind"], project: Project): Step => ({ kind, project, pick: 2 });
/** Nothing happens without an account. Two that deliver the same call would seldom come about by chance. */
const beginnings: Step[][] = [
  [stepOf("add", "a")],
  [stepOf("add", "a"), stepOf("add", "b"), stepOf("shared call", "a"), stepOf("load", "a"), stepOf("load", "b")],
];

test("five hundred random sequences", async () => {
  const step = fc.record({ kind: fc.constantFrom(...kinds), project: fc.constantFrom(...projects), pick: fc.nat(1_000) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...beginnings), fc.array(step, { minLength: 3, maxLength: 8 }), async (beginning, steps) => {
      const world: World = { ledger: new Ledger(), names: 1, calls: 0, warehouses: 0, backups: [] };
      await closeWarehouse();
      putBack("empty");
      await putBackState(null);
      for (const project of projects) {
        upstream[project].options.appKey = "key-0";
        upstream[project].calls.clear();
        for (const [index, day] of days.entries()) upstream[project].calls.set(`${project}-${index}`, { id: `${project}-${index}`, day, minutes: index + 0.1 });
        deliver(project);
      }
      await start(world.ledger);
      for (const one of [...beginning, ...steps]) {
        await take(one, world);
        await check(world);
      }
      await checkRecords(world);
    }),
    { numRuns: Number(process.env.SEQUENCES ?? 500), endOnFailure: false },
  );
  await closeState();
});
