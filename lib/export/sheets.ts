import { PassThrough } from "node:stream";
import { setImmediate as pause, setTimeout as sleep } from "node:timers/promises";
import ExcelJS from "exceljs";
import { ExactSum } from "../exact";
import { offsetAt, offsetText } from "../time";

export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export type CellKind = "text" | "count" | "minutes" | "seconds" | "share" | "percent" | "bitrate" | "money" | "instant" | "day" | "flag";

export interface SheetColumn {
  header: string;
  kind: CellKind;
  width?: number;
  /** Whether the last row sums the column. */
  total?: boolean;
}

/** A cell that is of another kind than its column. An instant (ms) comes with the zone in which it is shown. */
export interface OwnCell {
  kind: CellKind;
  value: string | number | null;
  tz?: string;
}

export type SheetCell = string | number | boolean | Date | null | undefined | OwnCell;

/** How numbers are shown: digits grouped as the locale groups them. */
export interface NumberLook {
  indian: boolean;
  currency: string;
}

const decimals: Partial<Record<CellKind, string>> = { count: "", minutes: "", seconds: "", bitrate: "", money: ".00" };

/** India writes three digits and then pairs. Excel has no such groups, only marks at fixed places: a format is for numbers of one length. */
const pairsOf = (value: number, kind: CellKind) => {
  const [whole = ""] = Math.abs(value)
    .toFixed(kind === "money" ? 2 : 0)
    .split(".");
  return Math.ceil((whole.length - 3) / 2);
};
const inPairs = (pairs: number) => (pairs < 2 ? "#,##0" : `${"##\\,".repeat(pairs)}##0`);

/** The format of a column, or of the sum below it: by the three longest forms that its numbers have, for a filter makes sums smaller. */
function formatOf(kind: CellKind, look: NumberLook, largest = 0): string | undefined {
  const tail = decimals[kind];
  if (tail !== undefined) {
    const pairs = Math.max(3, pairsOf(largest, kind));
    const over = (count: number) => `[>=1${"0".repeat(2 * count + 1)}]${inPairs(count)}${tail}`;
    return look.indian && largest >= 0 ? `${over(pairs)};${over(pairs - 1)};#,##0${tail}` : `#,##0${tail}`;
  }
  switch (kind) {
    case "share":
      return "0.0%";
    case "percent":
      return "0.0";
    case "instant":
      return "yyyy-mm-dd hh:mm:ss";
    case "day":
      return "yyyy-mm-dd";
    default:
      return undefined;
  }
}

/** The format that a cell needs beside its column's, if any. */
function ownFormat(cell: SheetCell, column: CellKind, look: NumberLook): string | undefined {
  const own = isOwn(cell);
  const { kind, value } = own ? cell : { kind: column, value: cell };
  if (typeof value !== "number") return undefined;
  if (own && cell.tz) return `${formatOf(kind, look)} "${offsetText(offsetAt(cell.tz, value))}"`;
  const tail = decimals[kind];
  const isBeyond = look.indian && tail !== undefined && (value < 0 || value >= 99_999);
  return isBeyond ? `${inPairs(pairsOf(value, kind))}${tail}` : own ? formatOf(kind, look) : undefined;
}

const isOwn = (cell: SheetCell): cell is OwnCell => typeof cell === "object" && cell !== null && !(cell instanceof Date);

const widths: Partial<Record<CellKind, number>> = { text: 24, instant: 26, day: 11, money: 14 };

/** Rows written before other requests get their turn: about a millisecond of work. */
const rowsAtATime = 12;
/** A sheet of Excel ends at 1,048,576 rows; what is beyond goes on in another. */
const rowsOfASheet = 1_048_000;
const mostWaiting = 1024 * 1024;

/** The most characters that a cell of Excel holds. */
const mostText = 32_767;

/**
 * A text as a sheet can hold it. XML 1.0 has no place for some characters, and `_x000D_` is how a sheet writes one by its number
 * (ECMA-376, ST_Xstring): a text that looks so is written in a way that is read as it stands.
 */
function sheetText(text: string): string {
  const left = text.length - mostText;
  const whole = left > 0 ? `${text.slice(0, mostText - 60).replace(/[\uD800-\uDBFF]$/, "")}… (${left + 60} characters more do not fit into a cell)` : text;
  return whole
    .toWellFormed()
    .replaceAll(unwritable, "\uFFFD")
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll("\r", "_x000D_");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g;

/** A cell's value for the library. Only a rich text keeps white space at its ends. */
function excelValue(cell: SheetCell): ExcelJS.CellValue {
  if (isOwn(cell)) return cell.tz && typeof cell.value === "number" ? new Date(cell.value + offsetAt(cell.tz, cell.value)) : excelValue(cell.value);
  if (typeof cell !== "string") return cell ?? null;
  const text = sheetText(cell);
  return /^\s|\s$|\n/.test(text) ? { richText: [{ text }] } : text;
}

/** A workbook that is written as it is made: whatever its size, only a little of it is in memory. */
export class WorkbookStream {
  private readonly out = new PassThrough({ highWaterMark: 256 * 1024 });
  private readonly book: ExcelJS.stream.xlsx.WorkbookWriter;
  private readonly styles = new Map<string, Partial<ExcelJS.Style>>();

  constructor(
    private readonly look: NumberLook,
    private readonly mostRows = rowsOfASheet,
  ) {
    this.book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: this.out, useStyles: true, useSharedStrings: false, zip: { zlib: { level: 1 } } });
    this.book.creator = "Meetledger";
  }

  /** Makes the workbook and gives its bytes as they come. An error of `write` ends them. */
  async *bytes(write: (book: WorkbookStream) => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
    const written = write(this)
      .then(() => this.book.commit())
      .catch((error: unknown) => this.out.destroy(error instanceof Error ? error : new Error(String(error))));
    try {
      for await (const chunk of this.out) yield chunk as Uint8Array;
      await written;
    } finally {
      this.out.destroy();
    }
  }

  /**
   * A sheet with a frozen heading, a filter, typed cells and, where columns want it, a row of sums. More rows than a sheet holds
   * go on in further sheets; the last of them has the sums of all.
   */
  async sheet(name: string, columns: SheetColumn[], rows: AsyncIterable<SheetCell[]> | Iterable<SheetCell[]>): Promise<void> {
    const noSums = () => columns.map(() => new ExactSum());
    const all = noSums();
    let number = 1;
    let sheet = this.open(name, columns);
    let count = 0;
    let sums = noSums();
    for await (const cells of rows) {
      if (count > 0 && count % rowsAtATime === 0) await this.breathe();
      if (count >= this.mostRows) {
        this.addSums(sheet, columns, count, sums, "Total of this sheet; that of all is on the last one");
        await this.close(sheet, columns, count);
        sheet = this.open(`${name} ${++number}`, columns);
        sums = noSums();
        count = 0;
      }
      const row = sheet.addRow(cells.map(excelValue));
      for (const [index, cell] of cells.entries()) {
        const column = columns[index];
        if (!column) continue;
        const numFmt = ownFormat(cell, column.kind, this.look);
        if (numFmt) row.getCell(index + 1).style = this.styleOf(numFmt);
        if (column.total && typeof cell === "number") for (const sum of [sums[index], all[index]]) sum?.add(cell);
      }
      row.commit();
      count++;
    }
    this.addSums(sheet, columns, count, sums, number === 1 ? "Total" : "Total of this sheet");
    if (number > 1) this.addSums(sheet, columns, null, all, `Total of all ${number} sheets`);
    await this.close(sheet, columns, count);
  }

  /** One object for each format: the library knows a style again by its object. */
  private styleOf(numFmt: string): Partial<ExcelJS.Style> {
    const style = this.styles.get(numFmt) ?? { numFmt };
    this.styles.set(numFmt, style);
    return style;
  }

  private open(name: string, columns: SheetColumn[]): ExcelJS.Worksheet {
    const sheet = this.book.addWorksheet(name, { views: [{ state: "frozen", ySplit: 1 }] });
    sheet.columns = columns.map(({ header, kind, width }) => {
      const numFmt = formatOf(kind, this.look);
      return { header, width: width ?? widths[kind] ?? Math.max(11, header.length + 2), ...(numFmt ? { style: { numFmt } } : {}) };
    });
    sheet.getRow(1).font = { bold: true };
    sheet.getRow(1).commit();
    return sheet;
  }

  /** A row of sums: of the `count` rows above as formulas, or of several sheets as numbers. */
  private addSums(sheet: ExcelJS.Worksheet, columns: SheetColumn[], count: number | null, sums: ExactSum[], title: string): void {
    if (count === 0 || !columns.some(({ total }) => total)) return;
    const row = sheet.addRow([title]);
    for (const [index, { kind, total }] of columns.entries()) {
      if (!total) continue;
      const cell = row.getCell(index + 1);
      const result = sums[index]?.value ?? 0;
      const letter = sheet.getColumn(index + 1).letter;
      // 109 sums what the filter shows; the result stands beside it for readers that do not reckon.
      cell.value = count === null ? result : { formula: `SUBTOTAL(109,${letter}2:${letter}${count + 1})`, result };
      cell.numFmt = formatOf(kind, this.look, result) ?? "General";
    }
    row.font = { bold: true };
    row.commit();
  }

  private async close(sheet: ExcelJS.Worksheet, columns: SheetColumn[], count: number): Promise<void> {
    sheet.autoFilter = `A1:${sheet.getColumn(columns.length).letter}${count + 1}`;
    sheet.commit();
    await this.breathe();
  }

  /** Lets other requests run, and waits while the reader is slower than the writing. */
  private async breathe(): Promise<void> {
    await pause();
    while (this.out.readableLength > mostWaiting && !this.out.destroyed) await sleep(5);
    if (this.out.destroyed) throw new Error("The reader went away.");
  }
}
