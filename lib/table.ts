import { once as event } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { badInput } from "./error";
import { queue } from "./queue";
import { reader } from "./reader";

/** What a table may come to. A sheet has 1,048,576 rows. */
export const tableBounds = { unpacked: 512 * 1024 * 1024, rows: 1_048_576, columns: 1_024, cells: 32_000_000, line: 1024 * 1024 };
/** Memory that reading may take, in MB, and the time, in ms. */
const limits = { memory: 1_536, ms: 60_000 };

/** A table file that was read: CSV, XLSX, or XLS. */
export interface Table {
  columns: string[];
  /** What separates the cells of a text file. */
  delimiter: string | null;
  /** The first rows below the heading. */
  head: string[][];
  /** Rows below the heading. */
  count: number;
  /** The first row that holds something beyond the last column, counted from the heading, which is 1; null for none. */
  overlong: number | null;
  /** Some columns of every row, in parts. */
  rows(columns: number[]): AsyncGenerator<string[][], void, undefined>;
}

/** A cell as it was before one of our own CSV files put an apostrophe before what a spreadsheet would take for a formula. */
export const withoutApostrophe = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, "");

type First = { problem: string } | Omit<Table, "rows">;

const workerPath = () => join(process.cwd(), "lib/table-worker.mjs");

/** What goes wrong with the thread itself, as what is wrong with the file. Never resolves. */
function faultOf(worker: Worker): Promise<never> {
  const fault = new Promise<never>((_, reject) => {
    worker.once("error", (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      reject(badInput("file", isMemory ? `takes more than ${limits.memory} MB of memory to read` : "could not be read"));
    });
    worker.once("exit", () => reject(badInput("file", "could not be read")));
  });
  fault.catch(() => {});
  return fault;
}

/**
 * Reads a table file in a thread of its own, so that neither its size nor what is wrong with it concerns anybody else, and
 * hands it to `use`. Errors: `bad_input` on `file`, which says the bound that it passes; `busy`.
 */
export async function withTable<T>(file: Buffer, use: (table: Table) => Promise<T>): Promise<T> {
  if (file.length < 4) throw badInput("file", "is empty");
  const someone = reader();
  return queue("tables").run(someone?.name ?? "nobody", () => readTable(file, use), someone?.signal);
}

async function readTable<T>(file: Buffer, use: (table: Table) => Promise<T>): Promise<T> {
  const worker = new Worker(/* turbopackIgnore: true */ workerPath(), {
    workerData: { file, bounds: tableBounds },
    resourceLimits: { maxOldGenerationSizeMb: limits.memory },
  });
  const fault = faultOf(worker);
  const next = async <M>(): Promise<M> => {
    const signal = AbortSignal.timeout(limits.ms);
    try {
      const [message] = await Promise.race([event(worker, "message", { signal }), fault]);
      return message as M;
    } catch (error) {
      throw signal.aborted ? badInput("file", `takes more than ${limits.ms / 1000} seconds to read`) : error;
    }
  };
  try {
    const first = await next<First>();
    if ("problem" in first) throw badInput("file", first.problem);
    return await use({
      ...first,
      async *rows(columns) {
        for (let seen = 0; seen < first.count; ) {
          worker.postMessage(columns);
          const part = await next<string[][]>();
          seen += part.length;
          yield part;
        }
      },
    });
  } finally {
    await worker.terminate();
  }
}
