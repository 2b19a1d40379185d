import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { start } from "../lib/start";

/**
 * A Meetledger without its web server, as a process of its own: it starts as the real one does, does what its first argument
 * orders, tells each outcome as a line of standard output, and ends. It is also run on the code of older versions, so what only
 * the present one has is imported where it is used.
 */
export type Order =
  /** Of so many calls one is told of with its raw record: asking for each takes time. */
  | { do: "report"; from: string; to: string; oneOf: number }
  | { do: "add-account"; url: string; appId: string; appKey: string }
  | { do: "load"; from: string; to: string; mode: "all" | "open" }
  | { do: "import"; path: string }
  /** The most memory the process has held so far, in MB. */
  | { do: "memory" }
  /** Waits until standard input is closed. */
  | { do: "stay" }
  /** As by a power cut: nothing is closed. */
  | { do: "die" };

/** What could be told, or why not. */
export type Told<T> = { value: T } | { error: string };

export interface Report {
  /** Figures by day; a day without calls has no row. */
  figures: Told<{ rows: Record<string, string | number | null>[]; complete: boolean; missingDays: string[]; removed: string[] }>;
  /** What is told of each day, for the accounts that are loaded from; nothing where there is none. */
  coverage: Told<{ day: string; state: string }[]>;
  /** Calls with the raw record that belongs to each, or why there is none. */
  records: Told<{ callId: string; logged: string | null; raw: string | null; rawProblem: string | null }[]>;
  /** What `/api/ready` asks of both stores. */
  ready: Told<true>;
}

export interface Loaded {
  state: string;
  calls: number;
  error: string | null;
}

/** Stands before each line that tells an outcome; the log goes to standard output too. */
export const mark = "told: ";

async function told<T>(ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function report({ from, to, oneOf }: { from: string; to: string; oneOf: number }): Promise<Report> {
  const { callsQuery, coverageByDay, listCalls, metricsOf, metricsQuery, rawRecordOf, runMetrics } = await import("../lib/metrics");
  const { listAccounts } = await import("../lib/accounts");
  const { checkState } = await import("../lib/state");
  const { everything } = await import("../lib/scope");
  const { warehouse } = await import("../lib/warehouse");
  const defaults = { tz: "UTC", now: Date.now(), scope: everything };
  const measures = "calls,billed_minutes,people,conferences,rooms,connect_seconds,bad_share,peak_concurrent";
  return {
    figures: await told(async () => {
      const { rows, meta } = await runMetrics(metricsOf(metricsQuery.parse({ from, to, measures, by: "day" }), defaults));
      const { complete, missingDays, removed } = meta;
      return { rows: rows as Record<string, string | number | null>[], complete, missingDays, removed: removed.map(({ name }) => name) };
    }),
    coverage: await told(async () => {
      const accounts = (await listAccounts()).map(({ id }) => id);
      if (accounts.length === 0) return [];
      return (await coverageByDay(accounts, from, to)).map(({ day, state }) => ({ day, state }));
    }),
    records: await told(async () => {
      const store = await warehouse();
      const { rows } = await listCalls(callsQuery.parse({ from, to, limit: 1000, sort: "logged" }), defaults);
      return Promise.all(
        rows
          .filter((_, index) => index % oneOf === 0)
          .map(async ({ account, call_id, trans_date }) => ({
            callId: call_id as string,
            logged: trans_date as string | null,
            ...(await rawRecordOf(store, account as string, call_id as string, everything)),
          })),
      );
    }),
    ready: await told(async () => {
      await (await warehouse()).check();
      await checkState();
      return true as const;
    }),
  };
}

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case "report":
      return report(order);
    case "add-account": {
      const { addAccount } = await import("../lib/accounts");
      return (await addAccount({ name: "Main", baseUrl: order.url, appId: order.appId, appKey: order.appKey })).id;
    }
    case "load": {
      const { findJob, idle, startJob } = await import("../lib/sync");
      const id = await startJob({ from: order.from, to: order.to, mode: order.mode, requestedBy: "test" });
      await idle();
      const { state, calls, error } = await findJob(id);
      return { state, calls, error } satisfies Loaded;
    }
    case "import": {
      const { importFile } = await import("../lib/sync");
      return importFile(createReadStream(order.path), "imported");
    }
    case "memory":
      return process.resourceUsage().maxRSS / 1024;
    case "stay":
      await tell("here");
      for await (const _ of process.stdin);
      return null;
    case "die":
      process.kill(process.pid, "SIGKILL");
      return new Promise(() => {});
  }
}

/** Returns once it is written: the end of the process does not wait for what is not. */
const tell = (outcome: unknown) => new Promise((written) => process.stdout.write(`${mark}${JSON.stringify(outcome)}\n`, written));

async function main(): Promise<void> {
  await start();
  for (const order of JSON.parse(process.argv[2] ?? "[]") as Order[]) await tell(await carryOut(order));
  const { closeState } = await import("../lib/state");
  const { closeWarehouse } = await import("../lib/warehouse");
  await closeWarehouse();
  await closeState();
  process.exit(0);
}

// Not where a test takes its types from here.
if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
