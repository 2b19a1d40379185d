import { z } from "zod";
import type { MetricsMeta, View } from "../metrics";
import { queue } from "../queue";
import { type Reader, reader, workFor } from "../reader";
import { byteOrderMark, type Cell, csvLine } from "./csv";
import { Spool } from "./spool";

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
 * Makes a file in its turn and at full speed, into a spool: a slow reader holds no place, no statement and no connection of the
 * store. Whoever goes away ends the making. Comes back with the first rows, or when the file is whole if its reader takes no
 * parts: what fails before is thrown, and what fails later ends the spool. Error: `busy`.
 */
export async function spooledFile(someone: Reader, make: () => Promise<Export>): Promise<{ file: Export; spool: Spool }> {
  const gone = new AbortController();
  const spool = new Spool((reason) => gone.abort(reason));
  const signal = AbortSignal.any([someone.signal, gone.signal]);
  signal.addEventListener("abort", () => void spool.leave(signal.reason), { once: true });
  const file = await new Promise<Export>((resolve, reject) => {
    const write = async () => {
      const made = await make();
      let chunks = 0;
      for await (const chunk of made.chunks) {
        await spool.write(chunk);
        // The headings and the first rows.
        if (++chunks === 2 && someone.takesParts) resolve(made);
      }
      spool.end();
      resolve(made);
    };
    workFor({ ...someone, signal, isHeavy: true }, () => queue("files").run(someone.name, write, signal)).catch((error: unknown) => {
      reject(error);
      void spool.leave(error);
    });
  });
  return { file, spool };
}

/**
 * An export as a response. What fails before the first rows is told as a problem (a full disk, say); what fails later breaks the
 * connection off, so that nobody takes a part for the whole. To HTTP/1.0, where an end and a break look the same, nothing is sent
 * before the file is whole.
 */
export async function exportResponse(make: () => Promise<Export>): Promise<Response> {
  const someone = reader() ?? nobody;
  const { file, spool } = await spooledFile(someone, make);
  if (!someone.takesBody) await spool.leave(new Error("The reader takes no body."));
  return new Response(someone.takesBody ? spool.stream() : null, {
    headers: {
      "content-type": file.type,
      "content-disposition": `attachment; filename="${file.name}"`,
      "cache-control": "no-store",
      ...(file.rows === null ? {} : { "x-rows": String(file.rows) }),
      "x-complete": String(file.complete),
    },
  });
}

const nobody: Reader = { name: "nobody", signal: new AbortController().signal, isHeavy: true, takesBody: true, takesParts: true };

/** Rows that come page by page as a CSV file. */
export function csvFile(name: string, columns: string[], pages: AsyncIterable<Cell[][]>): Export {
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine(columns, { decimal: "." }));
    for await (const rows of pages) yield Buffer.from(rows.map((row) => csvLine(row, { decimal: "." })).join(""));
  }
  return { name, type: "text/csv; charset=utf-8", rows: null, complete: true, chunks: lines() };
}
