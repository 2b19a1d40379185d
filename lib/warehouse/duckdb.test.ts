import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Random } from "@/e2e/cdr-api/random";
import { defaultFeed, Feed, type Json, olderForm, soil } from "@/e2e/cdr-api/records";
import { checkRecord, normalise, readRecord } from "../cdr";
import { workFor } from "../reader";
import { everything } from "../scope";
import { callColumnNames, callColumns } from "./columns";
import { openDuckDb } from "./duckdb";
import type { Warehouse } from "./warehouse";

let directory: string;
let store: Warehouse;
const path = () => join(directory, "w.duckdb");

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "meetledger-"));
  store = await openDuckDb(path());
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function* batches(records: unknown[], size = 100): AsyncGenerator<Buffer[]> {
  const texts = records.map((record) => Buffer.from(typeof record === "string" ? record : JSON.stringify(record)));
  for (let from = 0; from < texts.length; from += size) yield texts.slice(from, from + size);
}

const columns = callColumnNames.map((name) => (callColumns[name] === "amount" ? `${name}::DOUBLE AS ${name}` : name)).join(", ");
const rows = () => store.query({ sql: `SELECT ${columns} FROM calls ORDER BY call_id`, values: [] });
const count = async () => (await store.query<{ n: number }>({ sql: "SELECT count(*)::INTEGER AS n FROM calls", values: [] }))[0]?.n;

/** Holds what was loaded against `normalise`, field by field; of records with one identity the last counts. */
async function expectCalls(texts: string[]): Promise<void> {
  const expected = new Map<string, object>();
  for (const text of texts) {
    const outcome = normalise(JSON.parse(text));
    if ("call" in outcome) expected.set(outcome.call.call_id, outcome.call);
  }
  await expectRows(expected);
}

async function expectRows(expected: Map<string, object>): Promise<void> {
  const found = await rows();
  expect(found.length).toBe(expected.size);
  for (const row of found) {
    const call = { ...expected.get(row.call_id as string) } as Record<string, unknown>;
    // Amounts are kept to six places.
    for (const name of callColumnNames)
      if (callColumns[name] === "amount" && typeof call[name] === "number") call[name] = Math.round((call[name] as number) * 1e6) / 1e6;
    expect(row, String(row.call_id)).toEqual(call);
  }
}

function dirtyRecords(seed: string, callsPerDay = 500): Json[] {
  const random = new Random(seed);
  const feed = new Feed({ ...defaultFeed, seed, callsPerDay, dirt: 0.01 });
  return soil(random, feed.loggedOn("2026-10-14"), 0.01, "2026-10-14").map((record) => (random.chance(0.2) ? olderForm(record) : record));
}

describe("loading", () => {
  test("the engine's own reading of plain records equals normalise, field by field", async () => {
    const odd = [
      { user: { name: "a\u0000b", ref: "\ud83d\ude00" }, sip: "TRUE", room: { sip: "false", room_id: 12, room_details: { room_name: "other key" } } },
      { user: { name: { first: "x" } } },
      {
        usage: { connect_minutes: "12.5", connect_minutes_cal: "3" },
        stats_quality: { call_quality: " bad ", receive: { video: { avg_bitrate: "n/a", bitrate_bad_percent: -4 } } },
      },
      { room: { connect_dt: "2026-10-14 10:00:00", disconnect_dt: "2026-10-14T10:10:00.000+05:30" } },
      { room: "text in place of a group", usage: [1], published_track: { audio: 1, video: "1", screen: "yes" } },
      { usage: { connect_minutes: 1e-7, published_minutes: 0.1234567 } },
      { user: { ip: "2001:db8::1", agent: "x".repeat(600_000) } },
      { user: { name: "pretty\nprinted {brace}" } },
    ].map((more, index) => ({ cdr_id: `odd-${index}`, trans_date: "2026-10-14T09:00:00.000Z", ...more }));
    const records = [...dirtyRecords("differential"), ...odd];
    const texts = records.map((record, index) => JSON.stringify(record, null, index % 7 === 0 ? 2 : 0));
    await store.load("a", batches(texts));
    await expectCalls(texts);
  });

  test("texts that readers differ about are read by one rule, whichever reader has them", async () => {
    const random = new Random("odd texts");
    const day = '"trans_date":"2026-10-14T09:00:00.000Z"';
    const odd = [
      '"cdr_id":1.0',
      '"cdr_id":12345678901234567890',
      '"cdr_id":12345678901234567891',
      '"cdr_id":"first","cdr_id":"last"',
      '"cdr_id":"underscore","usage":{"connect_minutes_cal":"1_000"}',
      '"cdr_id":"twice","usage":{"connect_minutes_cal":7,"connect_minutes_cal":8}',
      '"cdr_id":"sip","sip":1.0,"room":{"sip":"TRUE"}',
      '"cdr_id":"exponent","usage":{"connect_minutes_cal":1e1,"connect_minutes":6E2}',
      '"cdr_id":"huge","usage":{"connect_minutes_cal":1e400}',
      '"cdr_id":"nan","usage":{"connect_minutes_cal":NaN}',
      '"cdr_id":"nan elsewhere","extra":NaN',
      '"cdr_id":"infinity elsewhere","extra":[1,-Infinity]',
      '"cdr_id":"comma","x":[1,]',
      '"cdr_id":"lone","user":{"name":"a\\ud83d","ref":"b\\udc00c"}',
      '"cdr_id":"nul","user":{"name":"a\\u0000b"}',
      '"cdr_id":"escape","user":{"name":"a\\x"}',
      '"cdr_id":"bare line end","user":{"name":"a\nb"}',
      '"cdr_id":"spaces" , "user" : { "name" : "x" } ',
      `"cdr_id":"long","user":{"name":"${"n".repeat(1_999)}😀","ref":"${"r".repeat(3_000)}"}`,
      '"cdr_id":"zone","room":{"connect_dt":"2026-10-14T09:00:00.000+99:99"}',
      '"cdr_id":"24 hours","room":{"connect_dt":"2026-10-14T24:00:00.000Z"}',
      '"cdr_id":true',
      '"cdr_id":null,"call_log_id":"l","call_num":5,"room":{"connect_dt":"2026-10-14T09:00:00.000Z"}',
    ].map((members) => `{${day},${members}}`);
    // And what comes of records when a few of their bytes are changed.
    const changed = dirtyRecords("changed", 300).map((record) => {
      const text = JSON.stringify(record);
      const at = random.whole(1, text.length - 1);
      const piece = random.pick(["NaN", ",", "null", "1.0", '"', "\\", " ", "9".repeat(20), '"cdr_id":"z",', "true", "\u0001", "}"]);
      return random.chance(0.7) ? text.slice(0, at) + piece + text.slice(random.chance(0.5) ? at : Math.min(text.length, at + 3)) : text;
    });
    const texts = [...odd, ...changed];
    const outcome = await store.load("a", batches(texts));
    const expected = new Map<string, object>();
    const rejected = new Set<string>();
    for (const text of texts) {
      const read = readRecord(Buffer.from(text));
      const one = read.reason === undefined ? checkRecord(text) : { reason: read.reason };
      if ("call" in one) expected.set(one.call.call_id, one.call);
      else rejected.add(text);
    }
    expect(expected.size).toBeGreaterThan(150);
    expect(rejected.size).toBeGreaterThan(50);
    await expectRows(expected);
    expect(outcome.rejected).toBe(rejected.size);
    const reasons = await store.query<{ raw: string; reason: string }>({ sql: "SELECT raw, reason FROM rejected_records", values: [] });
    expect(new Set(reasons.map(({ raw }) => raw))).toEqual(rejected);
    expect(new Set(reasons.map(({ reason }) => reason)).size).toBeLessThan(20);
  });

  test("an answer of several slices, a third of it left to normalise: every call once, and nothing else", async () => {
    const texts = dirtyRecords("slices", 40_000).map((record, index) =>
      JSON.stringify(index % 3 === 0 ? { ...record, user: { ...(record.user as Json), name: `{${index}}` } } : record),
    );
    const outcome = await store.load("a", batches(texts, 500));
    await expectCalls(texts);
    expect(outcome.calls).toBe(await count());
    expect(await store.query({ sql: "SELECT count(*)::INTEGER AS n FROM call_rows WHERE NOT live OR call_id IS NULL", values: [] })).toEqual([{ n: 0 }]);
    await store.close();
    store = await openDuckDb(path());
    expect(await count()).toBe(outcome.calls);
  });

  test("loading again changes nothing but the sightings", async () => {
    const records = dirtyRecords("again");
    const first = await store.load("a", batches(records));
    const before = await rows();
    const second = await store.load("a", batches(records));
    expect(await rows()).toEqual(before);
    expect({ ...second }).toEqual({ ...first });
    const [rejected] = await store.query<{ n: number; most: number }>({
      sql: "SELECT count(*)::INTEGER AS n, max(sightings) AS most FROM rejected_records",
      values: [],
    });
    expect(rejected?.n).toBe(first.rejected);
    expect(rejected?.most).toBeGreaterThanOrEqual(2);
  });

  test("the same cdr_id twice is one call: the last wins, both sightings count", async () => {
    const record = { cdr_id: "x", trans_date: "2026-10-14T09:00:00.000Z", usage: { connect_minutes_cal: 1 } };
    const outcome = await store.load("a", batches([record, { ...record, usage: { connect_minutes_cal: 2 } }]));
    expect(outcome).toMatchObject({ calls: 1, duplicates: 1 });
    await store.load("a", batches([{ ...record, usage: { connect_minutes_cal: 3 }, later: true }]));
    await store.load("b", batches([record]));
    const found = await store.query({ sql: "SELECT account, billed_minutes::DOUBLE AS m, sightings FROM calls ORDER BY account", values: [] });
    expect(found).toEqual([
      { account: "a", m: 3, sightings: 3 },
      { account: "b", m: 1, sightings: 1 },
    ]);
    expect(JSON.parse((await store.rawRecord("a", "x", everything)) as string)).toMatchObject({ later: true });
    expect(await store.rawRecord("a", "unknown", everything)).toBeNull();
  });

  test("calls logged outside the stretch that is counted are kept, and not counted", async () => {
    const at = (cdr_id: string, time: string) => ({ cdr_id, trans_date: `2026-10-${time}Z` });
    const records = [at("before", "13T23:59:59.999"), at("first", "14T00:00:00.000"), at("twice", "14T12:00:00.000"), at("twice", "14T12:00:00.000")];
    const day = { start: Date.parse("2026-10-14"), end: Date.parse("2026-10-15"), fetchedAt: Date.parse("2026-10-20") };
    expect(await store.load("a", batches([...records, at("after", "15T00:00:00.000")]), day)).toMatchObject({ calls: 2, duplicates: 1 });
    expect(await count()).toBe(4);
  });

  test("an answer that breaks off leaves nothing, and a later load gets everything", async () => {
    const records = dirtyRecords("broken-off", 3_000);
    await store.load("a", batches(records.slice(0, 50)));
    const before = await rows();
    async function* breaking() {
      yield* batches(records);
      throw new Error("cut");
    }
    await expect(store.load("a", breaking())).rejects.toThrow("cut");
    expect(await rows()).toEqual(before);
    const outcome = await store.load("a", batches(records));
    expect(await count()).toBe(outcome.calls);
  });

  test("large answers of several accounts at once stay within the engine's memory", async () => {
    const [like] = new Feed({ ...defaultFeed, seed: "large", callsPerDay: 20, dirt: 0 }).loggedOn("2026-10-06");
    const text = JSON.stringify({ ...like, "~day": undefined, cdr_id: "@" });
    async function* many(account: string) {
      for (let from = 0; from < 60_000; from += 2_000)
        yield Array.from({ length: 2_000 }, (_, index) => Buffer.from(text.replace('"@"', `"${account}-${from + index}"`)));
    }
    const outcomes = await Promise.all(["large-a", "large-b", "large-c"].map((account) => store.load(account, many(account))));
    expect(outcomes.map(({ calls }) => calls)).toEqual([60_000, 60_000, 60_000]);
  });

  test("texts of hundreds of kilobytes are cut, their raw records are not, and the engine lives", async () => {
    const long = (letter: string) => letter.repeat(200_000);
    const record = (index: number) => ({ cdr_id: `wide-${index}`, trans_date: "2026-10-14T09:00:00.000Z", user: { name: long("n"), ref: long("r") } });
    const unplaceable = (index: number) => ({ ...record(index), trans_date: "never" });
    async function* wide() {
      for (let from = 0; from < 600; from += 20) {
        yield Array.from({ length: 20 }, (_, index) => Buffer.from(JSON.stringify(index % 2 ? unplaceable(from + index) : record(from + index))));
      }
    }
    const outcome = await store.load("a", wide());
    expect([outcome.calls, outcome.rejected]).toEqual([300, 300]);
    expect(await store.query({ sql: "SELECT length(user_name)::INTEGER AS n, count(*)::INTEGER AS calls FROM calls GROUP BY 1", values: [] })).toEqual([
      { n: 2_000, calls: 300 },
    ]);
    expect(JSON.parse((await store.rawRecord("a", "wide-0", everything)) as string)).toEqual(record(0));
    const [rejected] = await store.query<{ raw: string }>({ sql: "SELECT raw FROM rejected_records LIMIT 1", values: [] });
    expect(rejected?.raw).toMatch(/ … \(\d+ more characters\)$/);
    await store.close();
    store = await openDuckDb(path());
    expect(await count()).toBe(300);
  });

  test("of two loads under way at once, the record of the one that began last stays, whichever ends first", async () => {
    const version = (minutes: number) => [
      Buffer.from(JSON.stringify({ cdr_id: "twice", trans_date: "2026-10-14T09:00:00.000Z", usage: { connect_minutes_cal: minutes } })),
    ];
    for (const endsFirst of ["earlier", "later"] as const) {
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      async function* answer(minutes: number, waits: boolean) {
        if (waits) await held;
        yield version(minutes);
      }
      const loads = [store.load(endsFirst, answer(1, endsFirst === "later")), store.load(endsFirst, answer(2, endsFirst === "earlier"))];
      await loads[endsFirst === "earlier" ? 0 : 1];
      release();
      await Promise.all(loads);
      expect(
        await store.query({ sql: "SELECT billed_minutes::DOUBLE AS minutes, sightings::INTEGER AS n FROM calls WHERE account = $1", values: [endsFirst] }),
      ).toEqual([{ minutes: 2, n: 2 }]);
    }
  });

  test("several accounts load at once while others read, and the raw record is the one that came", async () => {
    const records = dirtyRecords("parallel", 1_000);
    const loads = ["a", "b", "c"].map((account) => store.load(account, batches(records)));
    while ((await Promise.race([Promise.all(loads).then(() => true), sleep(5).then(() => false)])) === false) await count();
    const per = await store.query<{ n: number }>({ sql: "SELECT count(*)::INTEGER AS n FROM calls GROUP BY account", values: [] });
    expect(new Set(per.map((row) => row.n)).size).toBe(1);
    for (const record of records.filter(({ cdr_id }) => typeof cdr_id === "string").slice(-20)) {
      const raw = await store.rawRecord("b", record.cdr_id as string, everything);
      if (raw !== null) expect(JSON.parse(raw).cdr_id).toBe(record.cdr_id);
    }
  });
});

describe("the store itself", () => {
  test("rows stream in groups however many there are", async () => {
    let seen = 0;
    for await (const group of store.stream({ sql: "SELECT i FROM range(100000) numbers(i)", values: [] })) {
      expect(group.length).toBeLessThanOrEqual(2048);
      seen += group.length;
    }
    expect(seen).toBe(100_000);
  });

  test("a question that is asked again sees what a load and a purge changed, also where columns held no gaps before", async () => {
    const named = (values: string[]) =>
      store.query({ sql: `SELECT count(*)::INTEGER AS n FROM calls WHERE ${values.length > 0 ? "account = $1 AND " : ""}user_name IS NOT NULL`, values });
    const record = (id: string, day: string) => ({ cdr_id: id, trans_date: `${day}T09:00:00.000Z`, user: { name: "Asha" } });
    await store.load("a", batches([record("1", "2026-10-01"), record("2", "2026-10-02")]));
    for (const values of [[], ["a"]]) expect(await named(values)).toEqual([{ n: 2 }]);
    await store.purgeBefore("a", Date.parse("2026-10-02T00:00:00Z"));
    for (const values of [[], ["a"]]) expect(await named(values)).toEqual([{ n: 1 }]);
    await store.load("a", batches([record("3", "2026-11-01"), { ...record("4", "2026-11-01"), user: {} }]));
    for (const values of [[], ["a"]]) expect(await named(values)).toEqual([{ n: 2 }]);
  });

  test("of what takes long one statement runs at a time, however many are asked for, and what is quick goes on meanwhile", async () => {
    const someone = { name: "auditor", signal: new AbortController().signal, isHeavy: true, takesBody: true, takesParts: true };
    const sql = "SELECT sum(a.range * b.range) AS sum FROM range(3000) a, range(3000) b";
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, store.connectionsInUse());
    }, 1);
    const long = workFor(someone, () => Promise.all([1, 2, 3, 4].map(() => store.query({ sql, values: [] }))));
    expect(await store.query({ sql: "SELECT 1 AS one", values: [] })).toEqual([{ one: 1 }]);
    await long;
    clearInterval(watch);
    expect(most).toBeLessThanOrEqual(2);
    expect(store.connectionsInUse()).toBe(0);
  });

  test("what goes wrong once a load counts does not undo it", async () => {
    await store.load("a", batches(dirtyRecords("undo", 300)));
    let checkpoints = 0;
    // The first is asked for by the slice, the second after the load counts.
    vi.spyOn(store as unknown as { loose: () => Promise<void> }, "loose").mockImplementation(async () => {
      if (++checkpoints > 1) throw new Error("no space left on device");
    });
    const outcome = await store.load("a", batches(dirtyRecords("undo", 300)));
    expect(checkpoints).toBe(2);
    expect(await count()).toBe(outcome.calls);
  });

  test("its SQL reaches for no file of the machine", async () => {
    await expect(store.query({ sql: "SELECT * FROM read_csv('/etc/passwd')", values: [] })).rejects.toThrow(/disabled|permission/i);
  });

  test.each([
    "SELECT * FROM read_text('/etc/hostname')",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "ATTACH '/tmp/other.duckdb'",
    "INSTALL httpfs",
  ])("nothing in it reaches further: %s", async (sql) => {
    await expect(store.query({ sql, values: [] })).rejects.toThrow(/disabled|external access|Cannot access/i);
  });

  test("a second process is refused with a clear message", () => {
    const script = `import { openDuckDb } from "./lib/warehouse"; openDuckDb(${JSON.stringify(path())}).then(() => console.log("opened"), (error) => console.log(error.code, error.message));`;
    const said = execFileSync("npx", ["tsx", "-e", script], { encoding: "utf8" });
    expect(said).toContain("storage_locked Another Meetledger is running on this DATA_DIR");
  });

  test("what was loaded is there after closing and opening", async () => {
    const outcome = await store.load("a", batches(dirtyRecords("reopen", 300)));
    await store.close();
    store = await openDuckDb(path());
    expect(await count()).toBe(outcome.calls);
  });

  test("ten kills in the middle of loads leave whole loads only", async () => {
    await store.close();
    const script = join(directory, "load.mts");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(
      script,
      `import { openDuckDb } from ${JSON.stringify(join(process.cwd(), "lib/warehouse/index.ts"))};
       const store = await openDuckDb(${JSON.stringify(path())});
       for (let load = 0; ; load++) {
         const from = Number(process.argv[2]) * 1000 + load;
         await store.load("a", (async function* () {
           for (let part = 0; part < 40; part++) yield Array.from({ length: 100 }, (_, index) => Buffer.from(JSON.stringify({ cdr_id: from + "-" + part + "-" + index, conf_num: String(from), trans_date: "2026-10-14T09:00:00.000Z" })));
         })());
         process.stdout.write(from + "\\n");
       }`,
    );
    const acknowledged = new Set<string>();
    const random = new Random("kills");
    for (let round = 1; round <= 10; round++) {
      const child = spawn(process.execPath, ["--import", "tsx", script, String(round)], { stdio: ["ignore", "pipe", "ignore"] });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      while (!said.includes("\n")) await sleep(5);
      await sleep(random.whole(0, 250));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
      for (const line of said.split("\n").slice(0, -1)) acknowledged.add(line);
    }
    store = await openDuckDb(path());
    const loads = await store.query<{ load: string; n: number }>({
      sql: "SELECT conf_num AS load, count(*)::INTEGER AS n FROM calls GROUP BY conf_num",
      values: [],
    });
    expect(loads.every(({ n }) => n === 4_000)).toBe(true);
    const kept = new Set(loads.map(({ load }) => load));
    expect([...acknowledged].filter((load) => !kept.has(load))).toEqual([]);
  });
});
