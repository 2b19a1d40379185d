import { z } from "zod";
import { badInput } from "../error";
import { checkPeriod, type MetricsMeta, resolveAccounts, runMetrics, type ViewDefaults, viewOf, viewShape, viewStatement } from "../metrics";
import { withoutApostrophe, withTable } from "../table";
import { Binder, warehouse } from "../warehouse";

const header = z.string().max(200).optional();

export const reconcileQuery = z
  .strictObject({
    from: viewShape.from,
    to: viewShape.to,
    tz: viewShape.tz,
    basis: viewShape.basis,
    account: viewShape.account,
    id: header.describe("The column with the CDR id or the Log ID. Default: found by its name."),
    minutes: header.describe("The column with the billed minutes. Default: found by its name."),
    preview: z.enum(["yes", "no"], "must be yes or no").default("no").describe("yes: only say what the file holds."),
    form: z.enum(["json", "csv", "xlsx"], "must be json, csv or xlsx").default("json").describe("csv and xlsx: every row that is not matched, as a file."),
  })
  .superRefine(checkPeriod);

export interface Preview {
  columns: string[];
  rows: string[][];
  count: number;
  id: string | null;
  minutes: string | null;
}

interface Side {
  id: string;
  minutes: number;
}

export interface Group<T> {
  count: number;
  minutes: number;
  /** The first of them. */
  rows: T[];
}

export interface Reconciliation {
  /** What the file and Meetledger hold in all. */
  theirs: { rows: number; minutes: number };
  ours: { rows: number; minutes: number };
  /** Theirs minus ours. The groups below add up to it. */
  difference: number;
  matched: { count: number; minutes: number };
  missingHere: Group<Side>;
  /** Rows of the file whose id a spreadsheet has taken for a number: which call it was cannot be told any more. */
  changedIds: Group<Side>;
  missingThere: Group<Side & { callId: string; userName: string | null; loggedAt: string }>;
  /** `minutes` of the group: theirs minus ours. */
  differing: Group<{ id: string; callId: string; theirs: number; ours: number }>;
  /** Ids that the file has more than once; all of their minutes count. */
  repeated: number;
  meta: MetricsMeta;
}

const shown = 500;
const idNames = ["cdr_id", "cdrid", "call_log_id", "log_id", "logid", "call_id"];
const minuteNames = ["connect_minutes_cal", "billed_minutes", "usage.connect_minutes_cal", "minutes", "billed", "duration_minutes"];
const plain = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");

function columnOf(columns: string[], asked: string | undefined, usual: string[], field: string): number | null {
  if (asked !== undefined) {
    const index = columns.indexOf(asked);
    if (index < 0) throw badInput(field, `the file has no column "${asked}"`);
    return index;
  }
  for (const name of usual) {
    const index = columns.findIndex((column) => plain(column) === name);
    if (index >= 0) return index;
  }
  return null;
}

/** What a file holds, and which of its columns are taken for the id and the minutes. */
export function previewFile(file: Buffer): Promise<Preview> {
  return withTable(file, async ({ columns, head, count }) => {
    const named = (index: number | null) => (index === null ? null : (columns[index] ?? null));
    return {
      columns,
      rows: head,
      count,
      id: named(columnOf(columns, undefined, idNames, "id")),
      minutes: named(columnOf(columns, undefined, minuteNames, "minutes")),
    };
  });
}

/** What Excel makes of an id that looks like a number: `650000000000000000000012` becomes `6.5E+23`. An id of hex digits has no plus. */
const changedId = /^\d([.,]\d+)?e\+\d+$/i;

/** Thousands apart, as in 1,234,567 and, in India, 12,34,567. */
const grouped = /^\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/;

/**
 * A number of minutes as a list writes it; NaN for what is none. In a file whose cells are separated by commas, a comma within one
 * is a mark of thousands. Elsewhere it may be a decimal comma too, and who guesses is wrong by a thousand: null.
 */
export function minutesOf(text: string, delimiter: string | null): number | null {
  const clock = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]) + Number(clock[3]) / 60;
  if (text === "") return 0;
  if (!text.includes(",")) return Number(text);
  if (grouped.test(text)) return delimiter === "," || text.includes(".") || text.split(",").length > 2 ? Number(text.replaceAll(",", "")) : null;
  return delimiter === "," ? Number.NaN : Number(text.replace(",", "."));
}

/** Holds the vendor's list of CDRs against the loaded calls of a period, row by row, and gives the first rows of each group. Errors: `bad_input` naming the file or the column. */
export async function reconcile(file: Buffer, input: z.output<typeof reconcileQuery>, defaults: ViewDefaults, most = shown): Promise<Reconciliation> {
  const theirs = new Map<string, number>();
  let repeated = 0;
  let read = 0;
  await withTable(file, async ({ columns, delimiter, count, rows }) => {
    const idColumn = columnOf(columns, input.id, idNames, "id");
    const minuteColumn = columnOf(columns, input.minutes, minuteNames, "minutes");
    if (idColumn === null) throw badInput("id", `no column of the file looks like an id: ${columns.join(", ")}`);
    if (minuteColumn === null) throw badInput("minutes", `no column of the file looks like minutes: ${columns.join(", ")}`);
    let row = 1;
    for await (const part of rows([idColumn, minuteColumn])) {
      for (const [idText = "", minuteText = ""] of part) {
        row++;
        const id = withoutApostrophe(idText.trim());
        const minutes = minutesOf(minuteText.trim(), delimiter);
        // A last row without an id is the list's own sum.
        if (id === "" && row === count + 1 && count > 1) continue;
        if (id === "") throw badInput("file", `row ${row}: the id is empty`);
        if (minutes === null)
          throw badInput("file", `row ${row}: "${minuteText.trim()}" may be a number with a decimal comma or with a mark of thousands; write it without`);
        if (!Number.isFinite(minutes)) throw badInput("file", `row ${row}: "${minuteText.trim()}" is no number of minutes`);
        if (theirs.has(id)) repeated++;
        theirs.set(id, (theirs.get(id) ?? 0) + minutes);
        read++;
      }
    }
  });
  return compare(theirs, repeated, read, input, defaults, most);
}

async function compare(
  theirs: Map<string, number>,
  repeated: number,
  count: number,
  input: z.output<typeof reconcileQuery>,
  defaults: ViewDefaults,
  most: number,
): Promise<Reconciliation> {
  const { from, to, tz, basis, account } = input;
  const view = viewOf({ from, to, tz, basis, account } as Parameters<typeof viewOf>[0], defaults);
  const store = await warehouse();
  const { dialect } = store;
  const accounts = await resolveAccounts(view.account, view.scope);
  const { meta } = await runMetrics({ measures: ["calls"], by: [], view });
  const result: Reconciliation = {
    theirs: { rows: count, minutes: [...theirs.values()].reduce((sum, minutes) => sum + minutes, 0) },
    ours: { rows: 0, minutes: 0 },
    difference: 0,
    matched: { count: 0, minutes: 0 },
    missingHere: { count: 0, minutes: 0, rows: [] },
    changedIds: { count: 0, minutes: 0, rows: [] },
    missingThere: { count: 0, minutes: 0, rows: [] },
    differing: { count: 0, minutes: 0, rows: [] },
    repeated,
    meta,
  };
  const left = new Map(theirs);
  const selected = `call_id, call_log_id, user_name, logged_ms, ${dialect.double("coalesce(billed_minutes, 0)")} AS minutes`;
  const statement = viewStatement(dialect, view, accounts, selected, "ORDER BY logged_ms, seq", new Binder(dialect));
  for await (const part of store.stream<{ call_id: string; call_log_id: string | null; user_name: string | null; logged_ms: number; minutes: number }>(
    statement,
  )) {
    for (const call of part) {
      result.ours.rows++;
      result.ours.minutes += call.minutes;
      const id = left.has(call.call_id) ? call.call_id : call.call_log_id !== null && left.has(call.call_log_id) ? call.call_log_id : null;
      if (id === null) {
        add(
          result.missingThere,
          call.minutes,
          {
            id: call.call_log_id ?? call.call_id,
            minutes: call.minutes,
            callId: call.call_id,
            userName: call.user_name,
            loggedAt: new Date(call.logged_ms).toISOString(),
          },
          most,
        );
        continue;
      }
      const told = left.get(id) as number;
      left.delete(id);
      if (told === call.minutes) {
        result.matched.count++;
        result.matched.minutes += told;
      } else add(result.differing, told - call.minutes, { id, callId: call.call_id, theirs: told, ours: call.minutes }, most);
    }
  }
  for (const [id, minutes] of left) add(changedId.test(id) ? result.changedIds : result.missingHere, minutes, { id, minutes }, most);
  result.difference = result.theirs.minutes - result.ours.minutes;
  return result;
}

function add<T>(group: Group<T>, minutes: number, row: T, most: number): void {
  group.count++;
  group.minutes += minutes;
  if (group.rows.length < most) group.rows.push(row);
}
