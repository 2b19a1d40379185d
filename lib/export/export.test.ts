import { utils } from "@e965/xlsx";
import { parse } from "csv-parse/sync";
import readWorkbook from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { rateCard } from "@/e2e/rate-card";
import { markLoaded, useDataDir } from "@/e2e/test-store";
import { strictly } from "@/e2e/workbook";
import { audit, auditQuery, reconcile, reconcileQuery } from "../billing";
import { callsQuery, changesQuery, explainChange, listCalls, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { addCard } from "../rates";
import { everything } from "../scope";
import { daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { auditCsv, auditExportQuery } from "./audit-csv";
import { callsCsv, callsExportQuery } from "./calls-csv";
import { changesList } from "./changes";
import { csvLine, harmless } from "./csv";
import type { Export } from "./file";
import { listCsv, listXlsx } from "./list";
import { metricsCsv } from "./metrics-csv";
import { reconciliationList } from "./reconciliation";
import { xlsxType } from "./sheets";
import { metricsXlsx, workbookQuery, workbookXlsx } from "./workbook";

const nasty = [
  '=HYPERLINK("http://evil.example","x")',
  "@cmd",
  "+1",
  "-2+3",
  "\tafter a tab",
  "two\nlines",
  "carriage\rreturn",
  "\n=1+1",
  "＝1+1",
  "＋1",
  "－1+1",
  "＠SUM(1)",
  "'＝quoted already",
  "~after the signs of full width",
  "'=quoted already",
  "''@twice",
  "'tis fine",
  "x_x0041_y _x000D_",
  "zero\u200Bwidth \u202Eturned",
  "مرحبا بالعالم",
  "👩‍💻 team",
  'comma, semicolon; and "quotes"',
  "plain",
];
const period = { from: "2026-10-05", to: "2026-10-09" };
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
let store: ReturnType<typeof useDataDir>;

beforeAll(async () => {
  store = useDataDir();
  const feed = new Feed({ ...defaultFeed, seed: "export", callsPerDay: 300, dirt: 0.02 });
  const records = daysBetween("2026-10-05", "2026-10-09")
    .flatMap((day) => feed.loggedOn(day))
    .map((record) => ({ ...record, "~day": undefined }));
  for (const [index, name] of nasty.entries()) {
    records.push({ ...(records[index] as object), cdr_id: `nasty-${index}`, user: { name, ref: `ref-${index}`, agent: name, role: "participant" } } as never);
  }
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield records.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
  await addCard(rateCard({ perMinute: "0.37", perScreenMinute: "0.011" }), "test");
});
afterAll(() => store.close());

const totals = async (measures: string, more: Record<string, string> = {}) =>
  (await runMetrics(metricsOf(metricsQuery.parse({ measures, ...period, ...more }), defaults))).totals;

/** An export whole. A workbook must be one for a strict reader too. */
async function bytesOf({ chunks, type }: Export): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const bytes = Buffer.concat(parts);
  if (type === xlsxType) strictly(bytes);
  return bytes;
}
const readCsv = (data: Buffer, delimiter = ",") => parse(data, { bom: true, columns: true, delimiter }) as Record<string, string>[];
const sum = (rows: Record<string, string>[], name: string) => rows.reduce((all, row) => all + Number(row[name] || 0), 0);
/** What the apostrophe in front stands for; see csv.ts. */
const original = (cell: string) => (/^'+[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell);

describe("calls as CSV", () => {
  test("every call once; sums equal the figures; an incomplete period says so in the file and its name", async () => {
    const file = await callsCsv(callsExportQuery.parse(period), defaults);
    const rows = readCsv(await bytesOf(file));
    const expected = await totals("calls,billed_minutes,connect_seconds,screen_seconds,bad_calls");
    expect(rows.length).toBe(expected.calls);
    expect(file.rows).toBe(expected.calls);
    expect(new Set(rows.map(({ call_id }) => call_id)).size).toBe(rows.length);
    for (const name of ["billed_minutes", "connect_seconds", "screen_seconds"]) expect(sum(rows, name)).toBeCloseTo(expected[name] as number, 6);
    expect(rows.filter(({ quality }) => quality === "Bad").length).toBe(expected.bad_calls);
    expect(rows.every(({ period_complete }) => period_complete === "false")).toBe(true);
    expect(file.name).toBe("meetledger-calls-2026-10-05-to-2026-10-09-incomplete.csv");
  });

  test("names from the outside survive the way there and back, and none is a formula", async () => {
    const data = await bytesOf(await callsCsv(callsExportQuery.parse({ ...period, fields: "call_id,user_name,agent,billed_minutes" }), defaults));
    const rows = readCsv(data);
    for (const [index, name] of nasty.entries()) {
      const row = rows.find(({ call_id }) => call_id === `nasty-${index}`);
      expect(original(row?.user_name as string)).toBe(name);
      expect(row?.user_name).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      expect(row?.user_name).toBe(harmless(name));
    }
  });

  test("a decimal comma goes with semicolons", async () => {
    const data = await bytesOf(await callsCsv(callsExportQuery.parse({ ...period, decimal: ",", fields: "call_id,user_name,room_seconds" }), defaults));
    const rows = readCsv(data, ";");
    expect(rows.some(({ room_seconds }) => /^\d+,\d+$/.test(room_seconds ?? ""))).toBe(true);
    expect(rows.length).toBe(await totals("calls").then(({ calls }) => calls));
  });

  test("filters are those of the page", async () => {
    const rows = readCsv(await bytesOf(await callsCsv(callsExportQuery.parse({ ...period, role: "moderator", tz: "Asia/Kolkata" }), defaults)));
    expect(rows.length).toBe((await totals("calls", { role: "moderator", tz: "Asia/Kolkata" })).calls);
    expect(new Set(rows.map(({ role }) => role))).toEqual(new Set(["moderator"]));
  });

  test("nothing found is a heading alone", async () => {
    expect(readCsv(await bytesOf(await callsCsv(callsExportQuery.parse({ ...period, room: "none such" }), defaults)))).toEqual([]);
  });
});

const asked = (params: Record<string, string>) => metricsOf(metricsQuery.parse({ ...period, ...params }), defaults);

describe("figures", () => {
  test("as CSV: rows sum to the totals, cost included", async () => {
    const file = await metricsCsv(asked({ measures: "billed_minutes,cost,bad_share", by: "day,role" }), { decimal: "." });
    const rows = readCsv(await bytesOf(file));
    const expected = await totals("billed_minutes,cost");
    expect(sum(rows, "billed_minutes")).toBe(expected.billed_minutes);
    // Each row is rounded to six decimals by itself.
    expect(sum(rows, "cost")).toBeCloseTo(expected.cost as number, 4);
    expect(Object.keys(rows[0] ?? {})).toEqual(["day", "role", "billed_minutes", "cost", "bad_share", "period_complete"]);
  });

  test("as a workbook: typed cells, sums, and what it is of; read with another library than wrote it", async () => {
    const data = await bytesOf(await metricsXlsx(asked({ measures: "billed_minutes,cost", by: "day,room" })));
    const sheets = await readWorkbook(data, { trim: false });
    expect(sheets.map(({ sheet }) => sheet)).toEqual(["Figures", "About"]);
    const [head, ...rows] = sheets[0]?.data ?? [];
    expect(head).toEqual(["Day", "Room", "Room name", "Billed minutes", "Cost (INR)"]);
    const expected = await totals("billed_minutes,cost");
    const body = rows.filter((row) => row[0] instanceof Date);
    expect(body.reduce((all, row) => all + Number(row[3]), 0)).toBe(expected.billed_minutes);
    expect(body.reduce((all, row) => all + Number(row[4]), 0)).toBeCloseTo(expected.cost as number, 4);
    const about = new Map((sheets[1]?.data ?? []).map((row) => [row[0], row[1]]));
    expect(about.get("Complete")).toBe("NO");
    expect(String(about.get("Days not loaded (UTC)"))).toContain("2026-10-05");
  });
});

describe("figures compared with other days", () => {
  test("stand beside them: groups beside the same groups, days beside those that have their place, also where only one has calls", async () => {
    const view = { from: "2026-10-08", to: "2026-10-10", compare: "2026-10-05..2026-10-07" };
    const rows = readCsv(await bytesOf(await metricsCsv(asked({ ...view, measures: "calls", by: "day,role" }), { decimal: "." })));
    const now = await totals("calls", view);
    const before = await totals("calls", { from: "2026-10-05", to: "2026-10-07" });
    expect(sum(rows, "calls")).toBe(now.calls);
    expect(sum(rows, "calls_compared")).toBe(before.calls);
    // The 10th has no calls: its rows are those of the 7th.
    const last = rows.filter(({ day }) => day === "2026-10-10");
    expect(last.length).toBeGreaterThan(1);
    for (const row of last) expect(row).toMatchObject({ day_compared: "2026-10-07", calls: "" });
    expect(rows[0]).toMatchObject({ compared_from: "2026-10-05", compared_to: "2026-10-07", compared_complete: "false" });
  });

  test("a day that the shorter period does not have stands alone, and nothing is lost", async () => {
    const view = { from: "2026-10-09", to: "2026-10-09", compare: "2026-10-06..2026-10-08" };
    const rows = readCsv(await bytesOf(await metricsCsv(asked({ ...view, measures: "calls", by: "day" }), { decimal: "." })));
    expect(rows.map(({ day, day_compared }) => [day, day_compared])).toEqual([
      ["2026-10-09", "2026-10-06"],
      ["", "2026-10-07"],
      ["", "2026-10-08"],
    ]);
    expect(sum(rows, "calls_compared")).toBe((await totals("calls", { from: "2026-10-06", to: "2026-10-08" })).calls);
  });

  test("a workbook says with which days", async () => {
    const query = asked({ measures: "calls", by: "room", compare: "previous" });
    const sheets = await readWorkbook(await bytesOf(await metricsXlsx(query)), { trim: false });
    expect(sheets[0]?.data[0]).toEqual(["Room", "Room name", "Calls", "Calls, compared"]);
    const about = new Map((sheets[1]?.data ?? []).map((row) => [row[0], row[1]]));
    expect(about.get("Compared with")).toContain("2026-09-30 to 2026-10-04, both included; NOT COMPLETE");
  });
});

test("a day without calls is a row only where it is not loaded, and says so", async () => {
  const csv = async () =>
    readCsv(await bytesOf(await metricsCsv(asked({ from: "2026-10-09", to: "2026-10-12", measures: "calls", by: "day" }), { decimal: "." })));
  await markLoaded("imported", "2026-10-10", "2026-10-10", Date.parse("2026-11-01T00:00:00Z"));
  const rows = await csv();
  expect(rows.map(({ day, calls, days }) => [day, calls === "", days])).toEqual([
    ["2026-10-09", false, ""],
    ["2026-10-11", true, "not loaded"],
    ["2026-10-12", true, "not loaded"],
  ]);
  await markLoaded("imported", "2026-10-09", "2026-10-12", Date.parse("2026-11-01T00:00:00Z"));
  expect((await csv()).map((row) => Object.keys(row))).toEqual([["day", "calls", "period_complete"]]);
});

test("the finance workbook: each sheet adds up to the page's figures", async () => {
  const data = await bytesOf(await workbookXlsx(workbookQuery.parse(period), defaults));
  const sheets = new Map((await readWorkbook(data, { trim: false })).map(({ sheet, data: rows }) => [sheet, rows]));
  expect([...sheets.keys()]).toEqual(["Summary", "Daily", "Rooms", "Tags", "Roles", "Audit", "Calls", "About"]);
  const expected = await totals("billed_minutes,cost,calls,connect_seconds");
  const column = (sheet: string, header: string) => {
    const [head, ...rows] = sheets.get(sheet) ?? [];
    const index = head?.indexOf(header) ?? -1;
    expect(index, `${sheet}: ${header}`).toBeGreaterThanOrEqual(0);
    return rows.filter((row) => row[0] !== "Total").map((row) => Number(row[index] ?? 0));
  };
  const add = (values: number[]) => values.reduce((all, value) => all + value, 0);
  for (const sheet of ["Daily", "Rooms", "Tags", "Roles"]) {
    expect(add(column(sheet, "Billed minutes")), sheet).toBe(expected.billed_minutes);
    expect(add(column(sheet, "Cost (INR)")), sheet).toBeCloseTo(expected.cost as number, 4);
  }
  expect(add(column("Calls", "Billed minutes"))).toBe(expected.billed_minutes);
  expect(column("Calls", "Billed minutes").length).toBe(expected.calls);
  const { summary } = await audit(auditQuery.parse(period), defaults);
  expect(column("Audit", "Minutes at stake").length).toBe(summary.reduce((all, { findings }) => all + findings, 0));
  const names = (sheets.get("Calls") ?? []).map((row) => row[6]);
  const kept = new Set(names.map(String));
  expect(nasty.filter((name) => !kept.has(name))).toEqual([]);
});

test("the workbook's summary shows each figure in its own format", async () => {
  const sheets = strictly(await bytesOf(await workbookXlsx(workbookQuery.parse({ ...period, calls: "no" }), defaults)));
  const cells = sheets.get("Summary");
  const at = (column: string, row: number) => cells?.get(`${column}${row}`);
  const rowOf = (label: string, unit: string) =>
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].find((row) => at("A", row)?.text === label && at("D", row)?.text === unit) ?? 0;
  const expected = await totals("bad_share,cost,connect_seconds");
  for (const [label, unit, value, shown] of [
    ["Bad calls", "share", expected.bad_share, /^\d+\.\d%$/],
    ["Cost", "INR", expected.cost, /^[\d,]+\.\d\d$/],
    ["Connected time", "seconds", expected.connect_seconds, /^(\d{1,2},)?\d{2},\d{2},\d{3}$/],
  ] as const) {
    const cell = at("B", rowOf(label, unit));
    expect(Number(cell?.text), label).toBeCloseTo(Number(value), 6);
    expect(utils.format_cell({ t: "n", v: Number(value), z: cell?.format }), label).toMatch(shown);
  }
});

test("a call's instants are dates in the zone that their heading names", async () => {
  const sheets = strictly(await bytesOf(await workbookXlsx(workbookQuery.parse({ ...period, tz: "Asia/Kolkata" }), defaults)));
  const cells = sheets.get("Calls");
  expect(["A1", "B1", "C1"].map((at) => cells?.get(at)?.text)).toEqual(["Logged", "Connected", "Disconnected"].map((label) => `${label} (Asia/Kolkata)`));
  const dates = [...(cells?.values() ?? [])].filter(({ at, text }) => /^[ABC]\d{1,5}$/.test(at) && at !== "A1" && at !== "B1" && at !== "C1" && text !== "");
  expect(dates.length).toBeGreaterThan(1_000);
  for (const { at, type, text, format } of dates.filter(({ text }) => text !== "Total")) {
    expect(type, at).not.toBe("str");
    expect(Number(text), at).toBeGreaterThan(45_000);
    expect(format, at).toBe('yyyy-mm-dd hh:mm:ss "+05:30"');
  }
});

test("findings as CSV are those of the audit", async () => {
  const rows = readCsv(await bytesOf(await auditCsv(auditExportQuery.parse(period), defaults)));
  const { summary } = await audit(auditQuery.parse(period), defaults);
  expect(rows.length).toBe(summary.reduce((all, { findings }) => all + findings, 0));
  expect(sum(rows, "minutes")).toBeCloseTo(
    summary.reduce((all, { minutes }) => all + minutes, 0),
    6,
  );
});

test("a line of CSV", () => {
  expect(csvLine(["a", 1.5, null, true, 'say "x"', "=1"], { decimal: "," })).toBe(`a;1,5;;true;"say ""x""";'=1\n`);
});

test("making texts harmless costs no join: with one for each column, two files at once took all of the engine's memory", async () => {
  const open = await warehouse();
  const columns = ["user_name", "user_ref", "agent"].map((name) => `${open.dialect.harmless(name)} AS ${name}`);
  const plan = JSON.stringify(await open.query({ sql: `EXPLAIN SELECT ${columns.join(", ")} FROM calls`, values: [] }));
  expect(plan).toContain("SCAN");
  expect(plan).not.toContain("JOIN");
});

describe("lists", () => {
  test("what moved a figure: the rows sum to the change, the others in the last row", async () => {
    const query = changesQuery.parse({ measure: "billed_minutes", by: "conference", from: "2026-10-07", to: "2026-10-08" });
    const { change } = await explainChange(query, defaults);
    const list = await changesList(query, defaults);
    const rows = readCsv(await bytesOf(listCsv(list)));
    expect(sum(rows, "contribution")).toBeCloseTo(change, 6);
    const book = await readWorkbook(await bytesOf(await listXlsx(list)));
    const sheet = book[0]?.data ?? [];
    const column = (sheet[0] ?? []).indexOf("Adds to the change");
    expect(sheet.at(-1)?.[column]).toBeCloseTo(change, 6);
  });

  test("a reconciliation: every row that is not matched, more than a page shows; what they add is the difference", async () => {
    const { rows: some } = await listCalls(callsQuery.parse({ ...period, limit: "20" }), defaults);
    const file = Buffer.from(
      `cdr_id,minutes\n${some.map(({ call_id, billed_minutes }, index) => `${call_id},${Number(billed_minutes) + (index % 2)}`).join("\n")}\nnobody,7\n`,
    );
    const query = reconcileQuery.parse(period);
    const { difference, missingThere } = await reconcile(file, query, defaults);
    expect(missingThere.count).toBeGreaterThan(missingThere.rows.length);
    const list = await reconciliationList(file, query, defaults);
    const rows = readCsv(await bytesOf(listCsv(list)));
    expect(rows).toHaveLength(missingThere.count + 10 + 1);
    expect(sum(rows, "adds")).toBe(difference);
    expect((await readWorkbook(await bytesOf(await listXlsx(list))))[0]?.data.length).toBe(rows.length + 2);
  });
});
