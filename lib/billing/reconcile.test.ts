import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { WorkbookStream } from "../export/sheets";
import { everything } from "../scope";
import { tableBounds } from "../table";
import { warehouse } from "../warehouse";
import { minutesOf, previewFile, reconcile, reconcileQuery } from "./reconcile";

let store: ReturnType<typeof useDataDir>;
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const period = { from: "2026-10-01", to: "2026-10-31" };
const ours = fc
  .sample(fc.integer({ min: 0, max: 90 }), { numRuns: 400, seed: 3 })
  .map((minutes, index) => ({ id: `cdr-${index}`, log: `log-${index}`, minutes }));

beforeAll(async () => {
  store = useDataDir();
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield ours.map(({ id, log, minutes }) =>
        Buffer.from(
          JSON.stringify({
            cdr_id: id,
            call_log_id: log,
            trans_date: "2026-10-10T10:00:00.000Z",
            user: { name: `N ${id}` },
            usage: { connect_minutes_cal: minutes },
          }),
        ),
      );
    })(),
  );
});
afterAll(() => store.close());

const csv = (rows: (string | number)[][], head = "cdr_id,connect_minutes_cal") => Buffer.from(`${head}\n${rows.map((row) => row.join(",")).join("\n")}\n`);
const ask = (file: Buffer, more: Record<string, string> = {}) => reconcile(file, reconcileQuery.parse({ ...period, ...more }), defaults);

describe("reconciliation", () => {
  test("the same list matches whole", async () => {
    const result = await ask(csv(ours.map(({ id, minutes }) => [id, minutes])));
    const sum = ours.reduce((all, { minutes }) => all + minutes, 0);
    expect(result).toMatchObject({
      difference: 0,
      matched: { count: 400, minutes: sum },
      missingHere: { count: 0 },
      missingThere: { count: 0 },
      differing: { count: 0 },
      repeated: 0,
    });
  });

  test("whatever the list, the groups add up to the difference", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ index: fc.integer({ min: 0, max: 500 }), minutes: fc.integer({ min: 0, max: 90 }), keep: fc.boolean() }), {
          minLength: 1,
          maxLength: 300,
        }),
        async (list) => {
          const rows = list.map(({ index, minutes, keep }) => [`cdr-${index}`, keep ? (ours[index]?.minutes ?? minutes) : minutes]);
          const result = await ask(csv(rows));
          expect(result.difference).toBe(rows.reduce((all, [, minutes]) => all + Number(minutes), 0) - ours.reduce((all, { minutes }) => all + minutes, 0));
          expect(result.missingHere.minutes - result.missingThere.minutes + result.differing.minutes).toBe(result.difference);
          expect(result.matched.count + result.missingThere.count + result.differing.count).toBe(400);
          expect(result.repeated).toBe(list.length - new Set(list.map(({ index }) => index)).size);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("by Log ID, in columns of other names, with semicolons and decimal commas", async () => {
    const result = await ask(Buffer.from(`Name;Log ID;Mins\nx;log-1;${ours[1]?.minutes},0\ny;log-2;1000\nz;nobody;7\n`), { id: "Log ID", minutes: "Mins" });
    expect(result.matched.count).toBe(1);
    expect(result.differing.rows).toEqual([{ id: "log-2", callId: "cdr-2", theirs: 1000, ours: ours[2]?.minutes }]);
    expect(result.missingHere.rows).toEqual([{ id: "nobody", minutes: 7 }]);
    expect(result.missingThere.count).toBe(398);
  });

  test("an XLSX file, and what it holds before it is compared", async () => {
    const book = new WorkbookStream({ indian: false, currency: "INR" });
    const parts: Uint8Array[] = [];
    for await (const part of book.bytes(() =>
      book.sheet(
        "CDRs",
        [
          { header: "CDR ID", kind: "text" },
          { header: "Billed Minutes", kind: "minutes" },
        ],
        [
          ["cdr-0", ours[0]?.minutes],
          ["cdr-1", 9999],
        ],
      ),
    ))
      parts.push(part);
    const file = Buffer.concat(parts);
    expect(await previewFile(file)).toMatchObject({ columns: ["CDR ID", "Billed Minutes"], count: 2, id: "CDR ID", minutes: "Billed Minutes" });
    expect(await ask(file)).toMatchObject({ matched: { count: 1 }, differing: { count: 1 } });
  });

  test.each(["biff8", "html"] as const)("an .xls file, which is %s, is read alike", async (bookType) => {
    const { utils, write } = await import("@e965/xlsx");
    const sheet = utils.aoa_to_sheet([
      ["CDR ID", "Billed Minutes"],
      ["cdr-0", ours[0]?.minutes],
      ["cdr-1", 9999],
    ]);
    const file = Buffer.from(write({ SheetNames: ["CDRs"], Sheets: { CDRs: sheet } }, { bookType, type: "buffer" }));
    expect(await previewFile(file)).toMatchObject({ columns: ["CDR ID", "Billed Minutes"], count: 2, id: "CDR ID", minutes: "Billed Minutes" });
    expect(await ask(file)).toMatchObject({ matched: { count: 1 }, differing: { count: 1, minutes: 9999 - (ours[1]?.minutes ?? 0) } });
  });

  test.each([
    ["cdr_id,connect_minutes_cal\n", {}, "file"],
    ["name,connect_minutes_cal\nx,1\n", {}, "id"],
    ["cdr_id,who\nx,1\n", {}, "minutes"],
    ["cdr_id,connect_minutes_cal\nx,many\n", {}, "file"],
    ["cdr_id,connect_minutes_cal\n,1\n", {}, "file"],
    ["cdr_id,connect_minutes_cal\nx,1\n", { minutes: "Mins" }, "minutes"],
    ['"cdr_id,minutes\nx,1', {}, "file"],
  ])("a file that is wrong is told what is wrong: %j", async (text, more, field) => {
    await expect(ask(Buffer.from(text), more)).rejects.toMatchObject({ code: "bad_input", errors: { [field]: [expect.any(String)] } });
  });
});

/** A workbook of one sheet, written by hand. */
const workbook = (sheet: string) => {
  const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  return Buffer.from(
    zipSync({
      "[Content_Types].xml": strToU8('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
      "xl/workbook.xml": strToU8(`<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`),
      "xl/_rels/workbook.xml.rels": strToU8(
        `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ),
      "xl/worksheets/sheet1.xml": strToU8(`<worksheet xmlns="${main}">${sheet}</worksheet>`),
    }),
  );
};
const cell = (place: string) => `<row r="${/\d+/.exec(place)}"><c r="${place}" t="inlineStr"><is><t>x</t></is></c></row>`;

describe("a file is looked at before it is read, and read where it harms nobody", () => {
  const usual = { ...tableBounds };
  afterEach(() => Object.assign(tableBounds, usual));
  const refused = (file: Buffer, words: RegExp) =>
    expect(previewFile(file)).rejects.toMatchObject({ code: "bad_input", errors: { file: [expect.stringMatching(words)] } });

  test("a cell far away makes no grid", async () => {
    await refused(workbook(`<sheetData>${cell("A1")}${cell("XFD20000")}</sheetData>`), /16384 columns; 1024 are the most/);
    await refused(workbook(`<sheetData>${cell("A1")}${cell("B9999999")}</sheetData>`), /9999999 rows/);
    await refused(workbook(`<sheetData>${cell("A1")}${cell("ALL1048576")}</sheetData>`), /cells are the most/);
    await refused(workbook(`<dimension ref="A1:XFD200000"/><sheetData>${cell("A1")}</sheetData>`), /16384 columns/);
  });

  test("what unpacks to too much is not unpacked", async () => {
    tableBounds.unpacked = 8 * 1024 * 1024;
    const file = workbook(`<sheetData>${cell("A1")}${" ".repeat(9 * 1024 * 1024)}</sheetData>`);
    expect(file.length).toBeLessThan(100_000);
    await refused(file, /unpacks to more than 8 MB/);
  });

  test("rows and columns of a text file are bounded", async () => {
    await refused(Buffer.from(`id${",x".repeat(2_000)}\n1\n`), /2001 columns/);
    tableBounds.rows = 100;
    await refused(csv(ours.map(({ id, minutes }) => [id, minutes])), /402 rows; 100 are the most/);
  });

  test("a damaged file says so, without words of a library", async () => {
    await refused(Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(500, 7)]), /^is neither CSV nor Excel, or is damaged$/);
    await refused(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8]), /^is neither CSV nor Excel, or is damaged$|holds no rows/);
  });

  test("only so many wait", async () => {
    const file = csv(ours.map(({ id, minutes }) => [id, minutes]));
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => previewFile(file)));
    const failed = all.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    // One of one owner's is read, and two wait.
    expect(failed.length).toBe(9);
    for (const error of failed) expect(error).toMatchObject({ code: "busy", retryAfterSeconds: expect.any(Number) });
  });
});

describe("files that Excel and portals write", () => {
  const [one, two] = [ours[1]?.minutes, ours[2]?.minutes];
  const matched = async (file: Buffer, count = 2) =>
    expect(await ask(file)).toMatchObject({ matched: { count }, missingHere: { count: 0 }, differing: { count: 0 } });

  test("UTF-16 with tabs, tabs, a line that names the separator", async () => {
    const tabs = `cdr_id\tminutes\r\ncdr-1\t${one}\r\ncdr-2\t${two}\r\n`;
    await matched(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(tabs, "utf16le")]));
    await matched(Buffer.from(tabs));
    await matched(Buffer.from(`sep=;\r\ncdr_id;minutes\r\ncdr-1;${one}\r\ncdr-2;${two}\r\n`));
  });

  test("a last row without an id is the list's own sum", async () => {
    const result = await ask(
      csv([
        ["cdr-1", one as number],
        ["cdr-2", two as number],
        ["", 999],
      ]),
    );
    expect(result).toMatchObject({ theirs: { rows: 2, minutes: (one as number) + (two as number) }, matched: { count: 2 } });
  });

  test.each([
    ["1,234", ",", 1_234],
    ["1,23,456", ",", 123_456],
    ["1,234.5", ";", 1_234.5],
    ["1,234,567", null, 1_234_567],
    ["1,234", ";", null],
    ["1,234", null, null],
    ["12,5", ";", 12.5],
    ["12,5", ",", Number.NaN],
    ["00:30:00", ",", 30],
    ["01:00:30", ";", 60.5],
    ["", ",", 0],
    ["many", ",", Number.NaN],
  ])("%j in a file separated by %j is %s", (text, delimiter, minutes) => {
    expect(minutesOf(text, delimiter)).toBe(minutes);
  });

  test("an id that a spreadsheet took for a number is told apart, and is no id of hex digits that looks so", async () => {
    const hex = "650000000000000000000e12";
    const result = await ask(Buffer.from(`cdr_id,minutes\n6.5E+23,4\n"6,5E+35",2\n${hex},3\n`));
    expect(result.changedIds).toEqual({
      count: 2,
      minutes: 6,
      rows: [
        { id: "6.5E+23", minutes: 4 },
        { id: "6,5E+35", minutes: 2 },
      ],
    });
    expect(result.missingHere).toMatchObject({ count: 1, minutes: 3, rows: [{ id: hex }] });
    expect(result.missingHere.minutes + result.changedIds.minutes - result.missingThere.minutes).toBe(result.difference);
  });

  test("the apostrophe that our own files put before an id is none of the id", async () => {
    await (await warehouse()).load(
      "imported",
      (async function* () {
        yield ["-abc", "'=x"].map((id) =>
          Buffer.from(JSON.stringify({ cdr_id: id, trans_date: "2026-10-11T10:00:00.000Z", usage: { connect_minutes_cal: 5 } })),
        );
      })(),
    );
    await matched(Buffer.from("cdr_id,minutes\n'-abc,5\n''=x,5\n"));
  });

  test("what may be two numbers is asked about", async () => {
    await expect(ask(Buffer.from("cdr_id;minutes\ncdr-1;1,234\n"))).rejects.toMatchObject({
      errors: { file: [expect.stringMatching(/row 2: "1,234" may be/)] },
    });
    expect((await ask(Buffer.from('cdr_id,minutes\ncdr-1,"1,234"\n'))).theirs.minutes).toBe(1_234);
  });
});
