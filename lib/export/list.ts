import type { MetricsAnswer, View } from "../metrics";
import { readSettings } from "../state";
import type { Cell } from "./csv";
import { csvFile, type Export, fileName } from "./file";
import { type SheetColumn, WorkbookStream, xlsxType } from "./sheets";
import { aboutSheet, lookOf } from "./workbook";

/** A column of a list: its name in CSV, its heading in a sheet, and where its value comes from. */
export interface ListColumn<T> extends SheetColumn {
  name: string;
  of: (row: T) => string | number | boolean | null;
}

/** A list that a page shows, as it is taken away. */
export interface List<T> {
  /** What it is of, for the file's name and the sheet's. */
  what: string;
  title: string;
  view: View;
  meta: MetricsAnswer["meta"];
  columns: ListColumn<T>[];
  rows: T[];
}

/** A list as CSV. The last columns say whether the period is complete, and with which days it is compared, where it is. */
export function listCsv<T>({ what, view, meta, columns, rows }: List<T>): Export {
  const { complete, compare } = meta;
  async function* pages(): AsyncGenerator<Cell[][]> {
    yield rows.map((row) => [...columns.map(({ of }) => of(row)), complete, ...(compare ? [compare.from, compare.to] : [])]);
  }
  const headings = [...columns.map(({ name }) => name), "period_complete", ...(compare ? ["compared_from", "compared_to"] : [])];
  const file = csvFile(fileName(what, view, meta, "csv"), headings, pages());
  return { ...file, rows: rows.length, complete: meta.complete };
}

/** The same as a workbook. */
export async function listXlsx<T>({ what, title, view, meta, columns, rows }: List<T>): Promise<Export> {
  const settings = await readSettings();
  const book = new WorkbookStream(lookOf(settings));
  return {
    name: fileName(what, view, meta, "xlsx"),
    type: xlsxType,
    rows: rows.length,
    complete: meta.complete,
    chunks: book.bytes(async () => {
      await book.sheet(
        title,
        columns,
        rows.map((row) => columns.map(({ of }) => of(row))),
      );
      await aboutSheet(book, view, { meta }, settings, !view.scope.masked);
    }),
  };
}
