import { utils } from "@e965/xlsx";
import fc from "fast-check";
import { expect, test } from "vitest";
import { strictly } from "@/e2e/workbook";
import { type SheetCell, type SheetColumn, WorkbookStream } from "./sheets";

async function workbook(columns: SheetColumn[], rows: SheetCell[][], { indian = true, most = 1_000 } = {}) {
  const book = new WorkbookStream({ indian, currency: "INR" }, most);
  const parts: Uint8Array[] = [];
  for await (const part of book.bytes(() => book.sheet("Rows", columns, rows))) parts.push(part);
  return strictly(Buffer.concat(parts));
}
const text: SheetColumn = { header: "Text", kind: "text" };
const texts = async (values: string[]) => {
  const cells = (
    await workbook(
      [text],
      values.map((value) => [value]),
    )
  ).get("Rows");
  return values.map((_, index) => cells?.get(`A${index + 2}`)?.text);
};

test("characters that XML has no place for are shown as such, and what looks like one written by its number stays as it is", async () => {
  expect(
    await texts(["x\uFFFFy", "Room\uFFFE", "bad\ud83d", "\ude00 first", "a\u0000b\u000bc", "_x0041_ _x000D_", "_x0041_x0042_", "_x005F_x0041_", "a\r\nb"]),
  ).toEqual(["x\uFFFDy", "Room\uFFFD", "bad\uFFFD", "\uFFFD first", "a\uFFFDb\uFFFDc", "_x0041_ _x000D_", "_x0041_x0042_", "_x005F_x0041_", "a\r\nb"]);
});

test("every text comes back as it went, but for what XML cannot hold", async () => {
  const part = fc.constantFrom("_x", "_", "x0041_", "000D_", "\r", "\n", " ", "\t", "<", "]]>", "&amp;", '"', "\uFFFE", "\u200B", "\u202E", "😀", "\ud83d");
  const all = fc.sample(
    fc.oneof(
      fc.array(part, { minLength: 1 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", minLength: 1 }),
    ),
    {
      numRuns: 400,
      seed: 5,
    },
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const held = all.map((value) => value.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g, "\uFFFD"));
  expect(await texts(all)).toEqual(held);
});

test("marks of direction stay within their cell", async () => {
  const cells = (await workbook([text, { header: "Minutes", kind: "minutes" }, text], [["\u202Eevil", 12, "next\u2067"]])).get("Rows");
  expect(["A2", "B2", "C2"].map((at) => cells?.get(at)?.text)).toEqual(["\u202Eevil", "12", "next\u2067"]);
});

test("a text that is longer than a cell holds is cut between characters, and says so", async () => {
  const [whole, cut] = await texts(["b".repeat(32_767), `${"a".repeat(32_706)}😀${"b".repeat(3_000)}`]);
  expect(whole).toBe("b".repeat(32_767));
  expect(cut?.length).toBeLessThanOrEqual(32_767);
  expect(cut).toMatch(/^a{32706}… \(3001 characters more do not fit into a cell\)$/);
});

const shownAs = (format: string | undefined, value: number) => utils.format_cell({ t: "n", v: value, z: format });

test.each([
  [0, "0", "0.00"],
  [99_999, "99,999", "99,999.00"],
  [99_999.6, "1,00,000", "99,999.60"],
  [1_234_567.5, "12,34,568", "12,34,567.50"],
  [-1_234_567.5, "-12,34,568", "-12,34,567.50"],
  [-99_999, "-99,999", "-99,999.00"],
  [12_345_678, "1,23,45,678", "1,23,45,678.00"],
  [1_234_567_890, "1,23,45,67,890", "1,23,45,67,890.00"],
  [-1_234_567_890, "-1,23,45,67,890", "-1,23,45,67,890.00"],
  [1_234_567_890_123, "12,34,56,78,90,123", "12,34,56,78,90,123.00"],
])("%s in India's groups is %s", async (value, minutes, money) => {
  const columns: SheetColumn[] = [
    { header: "Minutes", kind: "minutes" },
    { header: "Cost", kind: "money" },
  ];
  const cells = (await workbook(columns, [[value, value]])).get("Rows");
  expect([shownAs(cells?.get("A2")?.format, value), shownAs(cells?.get("B2")?.format, value)]).toEqual([minutes, money]);
});

test("a sum is in India's groups too, and in no wrong ones when a filter makes it smaller", async () => {
  const columns: SheetColumn[] = [text, { header: "Seconds", kind: "seconds", total: true }];
  const format = (await workbook(columns, [["a", 1_234_567_890]])).get("Rows")?.get("B3")?.format;
  expect([1_234_567_890, 12_345_678, 1_234, 0].map((value) => shownAs(format, value))).toEqual(["1,23,45,67,890", "1,23,45,678", "1,234", "0"]);
});

test("other locales group by three", async () => {
  const cells = (await workbook([{ header: "Minutes", kind: "minutes" }], [[-1_234_567]], { indian: false })).get("Rows");
  expect(shownAs(cells?.get("A2")?.format, -1_234_567)).toBe("-1,234,567");
});

test("two calls in the hour that comes twice show the same local time and different offsets; each is a date", async () => {
  const at = (iso: string): SheetCell => ({ kind: "instant", value: Date.parse(iso), tz: "Europe/Berlin" });
  const columns: SheetColumn[] = [{ header: "Logged", kind: "instant" }];
  const cells = (await workbook(columns, [[at("2026-10-25T00:30:00Z")], [at("2026-10-25T01:30:00Z")]])).get("Rows");
  const [first, second] = [cells?.get("A2"), cells?.get("A3")];
  expect(first?.text).toBe(second?.text);
  expect([first, second].map((cell) => shownAs(cell?.format, Number(cell?.text)))).toEqual(["2026-10-25 02:30:00 +02:00", "2026-10-25 02:30:00 +01:00"]);
  expect(first?.type).not.toBe("str");
});

test("more rows than a sheet holds go on in others; each has its sum, the last that of all, and the others say where it is", async () => {
  const columns: SheetColumn[] = [text, { header: "Minutes", kind: "minutes", total: true }];
  const rows = Array.from({ length: 25 }, (_, index): SheetCell[] => [`row ${index}`, index + 0.5]);
  const sheets = await workbook(columns, rows, { most: 10 });
  expect([...sheets.keys()]).toEqual(["Rows", "Rows 2", "Rows 3"]);
  const last = (name: string, row: number) => ["A", "B"].map((column) => sheets.get(name)?.get(`${column}${row}`)?.text);
  expect(last("Rows", 12)).toEqual(["Total of this sheet; that of all is on the last one", "50"]);
  expect(last("Rows 2", 12)).toEqual(["Total of this sheet; that of all is on the last one", "150"]);
  expect(last("Rows 3", 7)).toEqual(["Total of this sheet", "112.5"]);
  expect(last("Rows 3", 8)).toEqual(["Total of all 3 sheets", "312.5"]);
  expect((await workbook(columns, rows)).get("Rows")?.get("A27")?.text).toBe("Total");
});
