import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { callsOf, figuresOf } from "@/e2e/plain-loops";
import { type Postgres, postgresBin, startPostgres } from "@/e2e/postgres";
import { startIn } from "@/e2e/start-in";
import type { Report } from "@/e2e/started";
import { openPostgres } from "./state/state";
import { daysBetween } from "./time";

const bin = postgresBin();
let postgres: Postgres | undefined;
const folder = mkdtempSync(join(tmpdir(), "meetledger-"));

beforeAll(async () => {
  if (bin) postgres = await startPostgres(bin, { timezone: "Asia/Kolkata", log_timezone: "Asia/Kolkata" });
});
afterAll(async () => {
  await postgres?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A database of its own on the server, set to another time zone than ours. */
async function freshDatabase(name: string): Promise<string> {
  const client = new Client({ connectionString: postgres?.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return (postgres as Postgres).url.replace(/\/postgres$/, `/${name}`);
}

describe.skipIf(!bin)("on PostgreSQL", () => {
  test("several that start at once on an empty database: one makes the tables, the others wait", async () => {
    for (let round = 0; round < 10; round++) {
      const url = await freshDatabase(`round_${round}`);
      const opened = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query("SELECT count(*)::int AS all, count(DISTINCT hash)::int AS different FROM drizzle.__drizzle_migrations");
      await client.end();
      expect(rows[0].all).toBeGreaterThan(5);
      expect(rows[0].different).toBe(rows[0].all);
      for (const { close } of opened) await close();
    }
  });
});

describe("the time zones of the process and the database change no figure", () => {
  const [from, to] = ["2026-10-24", "2026-10-27"];
  const feed = new Feed({ ...defaultFeed, seed: "zones", callsPerDay: 120, dirt: 0 });
  const records = daysBetween(from, to).flatMap((day) => feed.loggedOn(day));
  const path = join(folder, "cdrs.ndjson");
  writeFileSync(path, records.map((record) => JSON.stringify(record)).join("\n"));

  test.each([
    ["UTC", false],
    ["America/New_York", false],
    ["Pacific/Kiritimati", true],
  ])("a process in %s, PostgreSQL: %s", async (TZ, onPostgres) => {
    if (onPostgres && !bin) return;
    const dataDir = mkdtempSync(join(folder, "data-"));
    const env: Record<string, string> = { TZ, ...(onPostgres ? { DATABASE_URL: await freshDatabase("figures") } : {}) };
    const { code, stderr, told } = await startIn(
      dataDir,
      [
        { do: "import", path },
        { do: "report", from, to, oneOf: 50 },
      ],
      env,
    ).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = told[1] as Report;
    if ("error" in report.figures) throw new Error(report.figures.error);
    const { calls } = callsOf(records);
    const { rows } = report.figures.value;
    expect(rows.length).toBe(4);
    for (const { day, ...row } of rows) {
      const right = figuresOf(calls.filter(({ loggedMs }) => new Date(loggedMs).toISOString().startsWith(String(day))));
      for (const [name, value] of Object.entries(row)) expect(value, `${name} of ${day}`).toBeCloseTo(right[name as keyof typeof right] as number, 6);
    }
    const raw = "value" in report.records ? report.records.value : [];
    expect(raw.length).toBeGreaterThan(5);
    for (const { logged, raw: text } of raw) expect(Date.parse(JSON.parse(text as string).trans_date)).toBe(Date.parse(logged as string));
  });
});
