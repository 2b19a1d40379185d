import { z } from "zod";
import type { MetricsMeta, View } from "../metrics";
import { byteOrderMark, type Cell, csvLine } from "./csv";

/** What every export can be asked for, besides the view. */
export const exportShape = {
  decimal: z.enum([".", ","], "must be . or ,").default(".").describe("The decimal separator. With a comma, cells are separated by semicolons."),
};

/** A file on its way out. */
export interface Export {
  name: string;
  /** Its content type. */
  type: string;
  /** Rows that it will have, without headings; null where that is not known before. */
  rows: number | null;
  complete: boolean;
  chunks: AsyncIterable<Uint8Array>;
}

/** A file's name says what it holds, of which days, whether of a part of the calls, and whether the days are all loaded. */
export function fileName(what: string, view: Pick<View, "from" | "to">, meta: Pick<MetricsMeta, "complete" | "part">, ending: string): string {
  return `meetledger-${what}-${view.from}-to-${view.to}${meta.part ? "-part" : ""}${meta.complete ? "" : "-incomplete"}.${ending}`;
}

/**
 * An export as a response that streams; whoever goes away ends the writing. What fails before the first rows is thrown, and so told
 * as a problem (a full disk, say); what fails later breaks the connection off, so that nobody takes a part for the whole.
 */
export async function exportResponse({ name, type, rows, complete, chunks }: Export): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]();
  // The headings and the first rows.
  const first = [await iterator.next(), await iterator.next()];
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = first.shift() ?? (await iterator.next());
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 2 },
  );
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
      ...(rows === null ? {} : { "x-rows": String(rows) }),
      "x-complete": String(complete),
    },
  });
}

/** Rows that come page by page as a CSV file. */
export function csvFile(name: string, columns: string[], pages: AsyncIterable<Cell[][]>): Export {
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine(columns, { decimal: "." }));
    for await (const rows of pages) yield Buffer.from(rows.map((row) => csvLine(row, { decimal: "." })).join(""));
  }
  return { name, type: "text/csv; charset=utf-8", rows: null, complete: true, chunks: lines() };
}
