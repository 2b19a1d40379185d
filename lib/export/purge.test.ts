import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultFeed, Feed, type Json } from "@/e2e/cdr-api/records";
import { useDataDir } from "@/e2e/test-store";
import { audit, auditQuery } from "../billing";
import { callsQuery, contrast, contrastsQuery, dimensionNames, find, findCall, listCalls, measureNames, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { everything } from "../scope";
import { daysBetween } from "../time";
import { closeWarehouse, warehouse } from "../warehouse";

let store: ReturnType<typeof useDataDir>;
let records: Json[];
const period = { from: "2026-10-05", to: "2026-10-10" };
const cutoff = Date.parse("2026-10-08T00:00:00Z");
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const user = (record: Json) => (typeof record.user === "object" && record.user !== null ? (record.user as Json) : {});
const isOld = (record: Json) => Date.parse(String(record.trans_date)) < cutoff;

async function load(account: string, some: Json[]): Promise<void> {
  const open = await warehouse();
  await open.load(
    account,
    (async function* () {
      yield some.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
}

beforeAll(async () => {
  store = useDataDir();
  const feed = new Feed({ ...defaultFeed, seed: "purge", callsPerDay: 120, dirt: 0.03 });
  records = daysBetween(period.from, period.to)
    .flatMap((day) => feed.loggedOn(day))
    .map((record) => ({ ...record, "~day": undefined }));
  await load("imported", records);
  // Part of it comes again with other content, so that records without a call stand in the files.
  await load(
    "imported",
    records.slice(0, 200).map((record) => ({ ...record, price: { connect_duration: 1 } })),
  );
  await load("b", records.slice(0, 100));
});
afterAll(() => store.close());

/** Every measure of the whole and by every dimension, and the audit: all that must not change. Persons are told apart, not named. */
async function figures(): Promise<string> {
  const told: unknown[] = [];
  const ask = (params: Record<string, string>) =>
    runMetrics(metricsOf(metricsQuery.parse({ measures: measureNames.join(","), ...period, ...params }), defaults));
  told.push((await ask({})).totals, (await ask({ account: "imported" })).totals.calls);
  for (const by of dimensionNames) {
    const { rows } = await ask({ by });
    told.push(by === "person" ? rows.map(({ person, ...row }) => JSON.stringify({ ...row, known: person !== null })).sort() : rows);
  }
  told.push((await ask({ by: "day,person", order: "-calls", limit: "100000" })).meta.groups);
  const found = await audit(auditQuery.parse({ ...period, limit: "1000" }), defaults);
  told.push(found.summary, found.rows.map(({ key, minutes, evidence }) => [key, minutes, evidence]).sort());
  told.push((await contrast(contrastsQuery.parse({ ...period, by: "browser;network" }), defaults)).rows);
  return JSON.stringify(told);
}

/** Every raw record that stands in a file, of calls and of none. */
async function rawTexts(): Promise<string> {
  const open = await warehouse();
  const blocks = await open.query<{ load_id: number; start: number; bytes: number }>({ sql: "SELECT load_id, start, bytes FROM raw_blocks", values: [] });
  const directory = join(store.dataDir, "warehouse.duckdb.raw");
  expect(new Set(readdirSync(directory))).toEqual(new Set(blocks.map(({ load_id }) => `${load_id}.raw`)));
  return blocks
    .map(({ load_id, start, bytes }) => brotliDecompressSync(readFileSync(join(directory, `${load_id}.raw`)).subarray(start, start + bytes)).toString("utf8"))
    .join("\n");
}

const namesOf = (some: Json[]) =>
  new Set(
    some.flatMap((record) =>
      [user(record).name, user(record).ref, user(record).ip].filter((value): value is string => typeof value === "string" && value.length > 5),
    ),
  );

test("a purge by age leaves every figure as it was, and no name, ref or address of an older call anywhere", async () => {
  const before = await figures();
  const open = await warehouse();
  const purged = (await open.purgeBefore("imported", cutoff)) + (await open.purgeBefore("b", cutoff));
  expect(purged).toBe((await open.query<{ n: number }>({ sql: "SELECT count(*) AS n FROM purged_calls", values: [] }))[0]?.n);
  expect(purged).toBeGreaterThan(300);
  expect(await figures()).toBe(before);
  const only = namesOf(records.filter(isOld));
  for (const value of namesOf(records.filter((record) => !isOld(record)))) only.delete(value);
  expect(only.size).toBeGreaterThan(10);
  const raw = await rawTexts();
  const rows =
    JSON.stringify(await open.query({ sql: "SELECT * FROM call_rows", values: [] })) +
    JSON.stringify(await open.query({ sql: "SELECT * FROM dead_records", values: [] }));
  for (const value of only) {
    const text = JSON.stringify(value);
    expect(raw.includes(text), `raw ${value}`).toBe(false);
    expect(rows.includes(text), `rows ${value}`).toBe(false);
  }
  const old = (await listCalls(callsQuery.parse({ from: "2026-10-05", to: "2026-10-07", limit: "1000" }), defaults)).rows;
  for (const row of old) expect(row).toMatchObject({ user_name: null, user_ref: null, ip: null, agent: null });
  const { raw: record } = await findCall(String(old[0]?.call_id), undefined, everything);
  expect(record).toMatchObject({ trans_date: expect.any(String), usage: expect.any(Object) });
  expect((record as Json).user).not.toHaveProperty("name");
});

/** Ids of calls that keep their names. */
async function kept(): Promise<Set<unknown>> {
  const { rows } = await listCalls(callsQuery.parse({ from: "2026-10-08", to: "2026-10-10", limit: "1000" }), defaults);
  return new Set(rows.map(({ call_id }) => call_id));
}

test("who called after that too keeps the name, is found by ref, and counts as one person", async () => {
  const live = await kept();
  const older = new Set(records.filter(isOld).map((record) => user(record).ref));
  const ref = String(user(records.find((record) => live.has(record.cdr_id) && user(record).ref && older.has(user(record).ref)) as Json).ref);
  const answer = await runMetrics(metricsOf(metricsQuery.parse({ measures: "calls", by: "person", ...period, person: ref }), defaults));
  expect(answer.rows).toHaveLength(1);
  const key = String(answer.rows[0]?.person);
  expect(key).toMatch(/^person-[0-9a-f]{16}$/);
  expect(answer.meta.names[key]).toBeTruthy();
  expect((await find(ref, 5, everything)).persons.map(({ id }) => id)).toContain(key);
});

test("loading the same days again changes no figure, and a further purge takes the names out again", async () => {
  const before = await figures();
  await load("imported", records);
  const again = await figures();
  expect(JSON.parse(again)[0]).toEqual(JSON.parse(before)[0]);
  const open = await warehouse();
  expect(await open.purgeBefore("imported", cutoff)).toBeGreaterThan(0);
  expect(await open.purgeBefore("imported", cutoff)).toBe(0);
  expect(await figures()).toBe(again);
});

test("an erased person is nowhere, stays one person in every figure, and comes back without a name", async () => {
  const live = await kept();
  const regular = records.find((record) => live.has(record.cdr_id) && user(record).ref && String(user(record).name).length > 5) as Json;
  const { ref, name } = user(regular) as { ref: string; name: string };
  const before = await figures();
  const open = await warehouse();
  const calls = records.filter((record) => user(record).ref === ref);
  expect((await open.erasePerson(ref)).calls).toBeGreaterThan(0);
  expect(await figures()).toBe(before);
  const isGone = async () => {
    const told = (await rawTexts()) + JSON.stringify(await open.query({ sql: "SELECT * FROM call_rows", values: [] }));
    expect(told.includes(JSON.stringify(ref))).toBe(false);
    expect(told.includes(JSON.stringify(name))).toBe(records.some((record) => user(record).name === name && user(record).ref !== ref && !isOld(record)));
  };
  await isGone();
  await load("imported", calls);
  expect(JSON.parse(await figures())[0]).toEqual(JSON.parse(before)[0]);
  expect(await open.purgeErased()).toBeGreaterThan(0);
  await isGone();
  expect((await open.erasePerson("nobody of this ref")).calls).toBe(0);
});

test("all of that is there after closing and opening, and new rows get numbers of their own", async () => {
  const before = await figures();
  await closeWarehouse();
  expect(await figures()).toBe(before);
  const open = await warehouse();
  await load(
    "imported",
    records.slice(0, 5).map((record, index) => ({ ...record, cdr_id: `after-${index}` })),
  );
  const [row] = await open.query<{ n: number; all: number }>({ sql: "SELECT count(DISTINCT seq) AS n, count(*) AS all FROM call_rows", values: [] });
  expect(row?.n).toBe(row?.all);
  await rawTexts();
  expect((await findCall("after-0", undefined, everything)).raw).toMatchObject({ cdr_id: "after-0" });
});
