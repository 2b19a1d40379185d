import type { MetricsMeta, View } from "../metrics";
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
  meta: MetricsMeta;
  columns: ListColumn<T>[];
  rows: T[];
}

/** A list as CSV. The last column says whether the period is complete. */
export function listCsv<T>({ what, view, meta, columns, rows }: List<T>): Export {
  async function* pages(): AsyncGenerator<Cell[][]> {
    yield rows.map((row) => [...columns.map(({ of }) => of(row)), meta.complete]);
  }
  const file = csvFile(fileName(what, view, meta, "csv"), [...columns.map(({ name }) => name), "period_complete"], pages());
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
      await aboutSheet(book, view, meta, settings);
    }),
  };
}
