import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed, type Json } from "@/e2e/cdr-api/records";
import { callsOf, figuresOf, type LoopCall } from "@/e2e/plain-loops";
import { useDataDir } from "@/e2e/test-store";
import { audit, auditQuery } from "../billing";
import {
  callsQuery,
  changesQuery,
  contrast,
  contrastsQuery,
  explainChange,
  find,
  findCall,
  findConference,
  findConferences,
  findPersons,
  findRooms,
  listCalls,
  listRejected,
  metricsOf,
  metricsQuery,
  runMetrics,
} from "../metrics";
import { listTags, roomOf, setLabel } from "../rooms";
import { everything, type Scope } from "../scope";
import { daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { auditCsv, auditExportQuery } from "./audit-csv";
import { callsCsv, callsExportQuery } from "./calls-csv";
import type { Export } from "./file";
import { metricsXlsx, workbookQuery, workbookXlsx } from "./workbook";

let store: ReturnType<typeof useDataDir>;
let records: Json[];
let calls: LoopCall[];
let rooms: string[];
const period = { from: "2026-10-05", to: "2026-10-07" };
const defaultsOf = (scope: Scope) => ({ tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope });

beforeAll(async () => {
  store = useDataDir();
  const feed = new Feed({ ...defaultFeed, seed: "scope", callsPerDay: 250, dirt: 0.02 });
  records = daysBetween(period.from, period.to).flatMap((day) => feed.loggedOn(day));
  records = records.map((record) => ({ ...record, "~day": undefined, owner: "Unknown Field Holder" }));
  calls = callsOf(records).calls;
  const open = await warehouse();
  for (const account of ["imported", "other"]) {
    // The same calls under other names: those of one name would count once for both accounts.
    const own = (record: Json) =>
      account === "imported" ? record : { ...record, cdr_id: record.cdr_id && `other-${record.cdr_id}`, call_log_id: `other-${record.call_log_id}` };
    await open.load(
      account,
      (async function* () {
        yield records.map((record) => Buffer.from(JSON.stringify(own(record))));
      })(),
    );
  }
  const counts = new Map<string, number>();
  for (const { room } of calls) if (room !== null) counts.set(room, (counts.get(room) ?? 0) + 1);
  rooms = [...counts].sort((a, b) => b[1] - a[1]).map(([room]) => room);
  await setLabel(rooms[0] as string, { label: "First", tag: "Clinic" }, "test");
  await setLabel(rooms[1] as string, { label: "Second", tag: "School" }, "test");
});
afterAll(() => store.close());

const metrics = async (scope: Scope, params: Record<string, string>) =>
  runMetrics(
    metricsOf(metricsQuery.parse({ measures: "calls,billed_minutes,people,conferences,rooms,peak_concurrent", ...period, ...params }), defaultsOf(scope)),
  );

async function textOf(file: Export): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of file.chunks) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** Everything that the query layer tells of calls, as one text. */
async function allThatIsTold(scope: Scope): Promise<string> {
  const defaults = defaultsOf(scope);
  const list = await listCalls(callsQuery.parse({ ...period, limit: "1000" }), defaults);
  const told: unknown[] = [list];
  for (const sort of ["user_name", "-user_ref", "person", "ip", "-agent", "network"])
    told.push(await listCalls(callsQuery.parse({ ...period, sort, limit: "50" }), defaults));
  for (const by of ["room", "person", "network", "conference", "tag", "person,network"]) told.push(await metrics(scope, { by }));
  for (const by of ["room", "person"]) told.push(await explainChange(changesQuery.parse({ measure: "calls", by, ...period, limit: "500" }), defaults));
  told.push(await contrast(contrastsQuery.parse({ ...period, by: "person;network;room" }), defaults));
  told.push(await audit(auditQuery.parse({ ...period, limit: "1000" }), defaults));
  for (const row of list.rows.slice(0, 40)) told.push(await findCall(String(row.call_id), undefined, scope));
  for (const { conf_num } of list.rows.slice(0, 20)) if (conf_num) told.push(await findConference(String(conf_num), scope));
  for (const text of ["a", "1", "room"]) {
    told.push(await findRooms(text, 100, scope), await findConferences(text, 100, scope), await findPersons(text, 100, scope), await find(text, 20, scope));
  }
  told.push(await listTags(scope), await listRejected(undefined, 500, 0, scope));
  told.push(await textOf(await callsCsv(callsExportQuery.parse({ ...period }), defaults)));
  told.push(await textOf(await auditCsv(auditExportQuery.parse({ ...period }), defaults)));
  return JSON.stringify(told);
}

describe("limits", () => {
  test.each(["by room", "by tag", "by both"])("%s: every figure is that of plain loops over those calls", async (how) => {
    const [first, second] = rooms as [string, string];
    const limits = { "by room": { rooms: [first] }, "by tag": { tags: ["Clinic"] }, "by both": { rooms: [second], tags: ["Clinic"] } }[how];
    const seen = how === "by both" ? [first, second] : [first];
    const { totals } = await metrics({ limits: { accounts: ["imported"], ...limits }, masked: false }, {});
    const expected = figuresOf(calls.filter(({ room }) => room !== null && seen.includes(room)));
    for (const name of ["calls", "billed_minutes", "people", "conferences", "rooms"] as const)
      expect(totals[name], name).toBeCloseTo(expected[name] as number, 6);
  });

  test("an account that is none of one's own is not there", async () => {
    const scope: Scope = { limits: { accounts: ["other"] }, masked: false };
    await expect(metrics(scope, { account: "imported" })).rejects.toMatchObject({ code: "not_found", message: 'There is no account "imported".' });
    const all = await metrics(everything, {});
    expect(Number((await metrics(scope, {})).totals.calls) * 2).toBe(all.totals.calls);
  });

  test("no list means nothing, not everything", async () => {
    for (const limits of [{ rooms: [] }, { tags: [] }, { accounts: [] }]) expect((await metrics({ limits, masked: false }, {})).totals.calls).toBe(0);
  });

  test("nothing of another room is told by any list, search, call, export or finding", async () => {
    const [first, second] = rooms as [string, string];
    const scope: Scope = { limits: { tags: ["Clinic"] }, masked: false };
    const told = await allThatIsTold(scope);
    expect(told).toContain(first);
    for (const room of rooms.slice(1)) expect(told.includes(`"${room}"`), room).toBe(false);
    expect(told).not.toContain("School");
    const strange = calls.find(({ room }) => room === second) as LoopCall;
    const elsewhere = records.find((record) => (record.room as Json)?.room_id === second) as Json;
    await expect(findCall(String(elsewhere.cdr_id), undefined, scope)).rejects.toMatchObject({
      message: `There is no call "${elsewhere.cdr_id}" among the loaded records.`,
    });
    await expect(findConference(String(strange.conference), scope)).rejects.toMatchObject({ code: "not_found" });
    await expect(roomOf(second, scope)).rejects.toMatchObject({ message: `There is no room "${second}" among the loaded records.` });
    expect((await roomOf(first, scope)).calls).toBe(calls.filter(({ room }) => room === first).length * 2);
    expect((await find(String(elsewhere.cdr_id), 5, scope)).calls).toEqual([]);
    for (const [name, value] of [
      ["room", second],
      ["conference", String(strange.conference)],
      ["tag", "School"],
    ] as const) {
      expect((await metrics(scope, { [name]: value })).totals.calls, name).toBe(0);
    }
  });

  test("a cursor of somebody who sees more gives no more", async () => {
    const wide = await listCalls(callsQuery.parse({ ...period, limit: "5" }), defaultsOf(everything));
    const narrow = await listCalls(
      callsQuery.parse({ ...period, limit: "1000", cursor: wide.nextCursor as string }),
      defaultsOf({ limits: { rooms: [rooms[0] as string] }, masked: false }),
    );
    expect(new Set(narrow.rows.map(({ room_id }) => room_id))).toEqual(new Set([rooms[0]]));
  });
});

describe("hidden names", () => {
  const masked: Scope = { limits: {}, masked: true };

  test("no name, ref, address or agent of the feed is told, whatever is asked", async () => {
    const told = await allThatIsTold(masked);
    const personal = new Set(
      records.flatMap((record) => {
        const { name, ref, ip, agent, token } = (typeof record.user === "object" && record.user !== null ? record.user : {}) as Json;
        return [name, ref, ip, agent, token].filter((value): value is string => typeof value === "string" && value.length > 3);
      }),
    );
    expect(personal.size).toBeGreaterThan(50);
    for (const value of personal) expect(told.includes(JSON.stringify(value).slice(1, -1)), value).toBe(false);
    expect(told).not.toContain("Unknown Field Holder");
    expect(await findPersons("a", 100, masked)).toEqual([]);
    await expect(metrics(masked, { user: "a" })).rejects.toMatchObject({ errors: { user: expect.anything() } });
  });

  test("every figure stays what it is, and a pseudonym can be filtered by", async () => {
    const [open, hidden] = await Promise.all([metrics(everything, { by: "person" }), metrics(masked, { by: "person" })]);
    expect(hidden.totals).toEqual(open.totals);
    const figures = (rows: typeof open.rows) => rows.map(({ person: _, ...row }) => JSON.stringify(row)).sort();
    expect(figures(hidden.rows)).toEqual(figures(open.rows));
    const busiest = hidden.rows.find(({ person }) => person !== null);
    expect(busiest?.person).toMatch(/^person-[0-9a-f]{16}$/);
    expect((await metrics(masked, { person: String(busiest?.person) })).totals.calls).toBe(busiest?.calls);
    const real = open.rows.find(({ person }) => person !== null)?.person;
    expect((await metrics(masked, { person: String(real) })).totals.calls).toBe(0);
  });

  test("the workbook holds no names either", async () => {
    const { default: readWorkbook } = await import("read-excel-file/node");
    const file = await workbookXlsx(workbookQuery.parse({ ...period }), defaultsOf(masked));
    const parts: Uint8Array[] = [];
    for await (const part of file.chunks) parts.push(part);
    const told = JSON.stringify(await readWorkbook(Buffer.concat(parts)));
    for (const record of records.slice(0, 300)) {
      const { name, ref } = (record.user ?? {}) as Json;
      for (const value of [name, ref])
        if (typeof value === "string" && value.length > 3) expect(told.includes(JSON.stringify(value).slice(1, -1)), value).toBe(false);
    }
  });
});

test("statements about calls are made of callsSql and directorySql alone, so that none can forget the scope", () => {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  // The warehouse is where they are made; coverage counts the days of an account for the operator.
  const free = ["sync/coverage.ts"];
  const naming = files.filter(
    (name) =>
      !name.startsWith("warehouse/") && !free.includes(name) && /(FROM|JOIN) (calls|call_rows|directory)\b/.test(readFileSync(join("lib", name), "utf8")),
  );
  expect(naming).toEqual([]);
});

test("a file for those who see no names does not say whom its filters are about", async () => {
  const { default: readWorkbook } = await import("read-excel-file/node");
  const open = await metrics(everything, { by: "person" });
  const person = String(open.rows.find((row) => typeof row.person === "string" && row.person.length > 5)?.person);
  const query = metricsOf(metricsQuery.parse({ ...period, measures: "calls", by: "day", person, user: person }), defaultsOf(everything));
  const told = async (names: boolean) => {
    const parts: Uint8Array[] = [];
    for await (const part of (await metricsXlsx(query, names)).chunks) parts.push(part);
    return JSON.stringify(await readWorkbook(Buffer.concat(parts)));
  };
  expect(await told(true)).toContain(person);
  expect(await told(false)).not.toContain(person);
  expect(await told(false)).toContain("person: 1 of them; some users");
});
