import { PassThrough } from "node:stream";
import { setImmediate as pause, setTimeout as sleep } from "node:timers/promises";
import ExcelJS from "exceljs";
import { ExactSum } from "../exact";

export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export type CellKind = "text" | "count" | "minutes" | "seconds" | "share" | "percent" | "bitrate" | "money" | "instant" | "day" | "flag";

export interface SheetColumn {
  header: string;
  kind: CellKind;
  width?: number;
  /** Whether the last row sums the column. */
  total?: boolean;
}

export type SheetCell = string | number | boolean | Date | null | undefined;

/** How numbers are shown: digits grouped as the locale groups them. */
export interface NumberLook {
  indian: boolean;
  currency: string;
}

const grouped = ({ indian }: NumberLook, decimals: string) =>
  indian ? `[>=10000000]##\\,##\\,##\\,##0${decimals};[>=100000]##\\,##\\,##0${decimals};##,##0${decimals}` : `#,##0${decimals}`;

function formatOf(kind: CellKind, look: NumberLook): string | undefined {
  switch (kind) {
    case "count":
    case "minutes":
    case "seconds":
    case "bitrate":
      return grouped(look, "");
    case "money":
      return grouped(look, ".00");
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

const widths: Partial<Record<CellKind, number>> = { text: 24, instant: 19, day: 11, money: 14 };

/** Rows written before other requests get their turn: about a millisecond of work. */
const rowsAtATime = 12;
/** A sheet of Excel ends here; what is beyond goes on in another. */
const mostRows = 1_048_000;
const mostWaiting = 1024 * 1024;

/** A cell's value for the library. Only a rich text keeps white space at its ends. */
function excelValue(cell: SheetCell): ExcelJS.CellValue {
  if (typeof cell === "string" && /^\s|\s$|[\n\r]/.test(cell)) return { richText: [{ text: cell }] };
  return cell ?? null;
}

/** A workbook that is written as it is made: whatever its size, only a little of it is in memory. */
export class WorkbookStream {
  private readonly out = new PassThrough({ highWaterMark: 256 * 1024 });
  private readonly book: ExcelJS.stream.xlsx.WorkbookWriter;

  constructor(private readonly look: NumberLook) {
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

  /** A sheet with a frozen heading, a filter, typed cells and, where columns want it, a row of sums. */
  async sheet(name: string, columns: SheetColumn[], rows: AsyncIterable<SheetCell[]> | Iterable<SheetCell[]>): Promise<void> {
    let number = 1;
    let sheet = this.open(name, columns);
    let count = 0;
    let sums = columns.map(() => new ExactSum());
    for await (const cells of rows) {
      if (count > 0 && count % rowsAtATime === 0) await this.breathe();
      if (count >= mostRows) {
        await this.close(sheet, columns, count, sums);
        sheet = this.open(`${name} ${++number}`, columns);
        sums = columns.map(() => new ExactSum());
        count = 0;
      }
      sheet.addRow(cells.map(excelValue)).commit();
      for (const [index, cell] of cells.entries()) if (columns[index]?.total && typeof cell === "number") sums[index]?.add(cell);
      count++;
    }
    await this.close(sheet, columns, count, sums);
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

  private async close(sheet: ExcelJS.Worksheet, columns: SheetColumn[], count: number, sums: ExactSum[]): Promise<void> {
    const last = sheet.getColumn(columns.length).letter;
    sheet.autoFilter = `A1:${last}${count + 1}`;
    if (count > 0 && columns.some(({ total }) => total)) {
      const cells = columns.map(({ total }, index) => {
        const letter = sheet.getColumn(index + 1).letter;
        // 109 sums what the filter shows; the result stands beside it for readers that do not reckon.
        return total ? { formula: `SUBTOTAL(109,${letter}2:${letter}${count + 1})`, result: sums[index]?.value } : index === 0 ? "Total" : null;
      });
      const row = sheet.addRow(cells);
      row.font = { bold: true };
      row.commit();
    }
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
