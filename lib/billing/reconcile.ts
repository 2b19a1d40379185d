import { parse } from "csv-parse/sync";
import readWorkbook from "read-excel-file/node";
import { z } from "zod";
import { badInput, messageOf } from "../error";
import { checkPeriod, type MetricsMeta, resolveAccounts, runMetrics, type ViewDefaults, viewOf, viewShape, viewStatement } from "../metrics";
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

interface TableFile {
  columns: string[];
  rows: string[][];
}

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
  /** Theirs minus ours. The three groups below add up to it. */
  difference: number;
  matched: { count: number; minutes: number };
  missingHere: Group<Side>;
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

/** The first bytes of an OLE2 file, the old binary form of Excel, which holds 65,536 rows. */
const oldExcel = 0xd0cf11e0;
const mostOldRows = 1_048_576;

async function tableOf(file: Buffer): Promise<TableFile> {
  if (file.length < 4) throw badInput("file", "is empty");
  let rows: string[][];
  try {
    if (file.subarray(0, 2).toString("latin1") === "PK") {
      const [first] = await readWorkbook(file);
      rows = (first?.data ?? []).map((row) => row.map((cell) => (cell === null ? "" : cell instanceof Date ? cell.toISOString() : String(cell))));
    } else if (file.readUInt32BE(0) === oldExcel || file.toString("latin1", 0, 1_000).trimStart().startsWith("<")) {
      // Portals call both the old binary form and a page with a table .xls.
      const { read, utils } = await import("@e965/xlsx");
      const book = read(file, { dense: true, cellFormula: false, cellHTML: false, cellDates: true, sheetRows: mostOldRows });
      const sheet = book.Sheets[book.SheetNames[0] ?? ""];
      const cells = sheet ? utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: "", blankrows: false }) : [];
      rows = cells.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString() : String(cell ?? ""))));
    } else {
      const text = file.toString("utf8");
      const line = text.split("\n", 1)[0] ?? "";
      rows = parse(text, {
        bom: true,
        delimiter: line.split(";").length > line.split(",").length ? ";" : ",",
        record_delimiter: ["\r\n", "\n", "\r"],
        skip_empty_lines: true,
        relax_column_count: true,
      });
    }
  } catch (error) {
    throw badInput("file", `is neither CSV nor Excel: ${messageOf(error)}`);
  }
  const [columns, ...body] = rows;
  if (!columns || body.length === 0) throw badInput("file", "holds no rows below its heading");
  return { columns: columns.map((name) => name.trim()), rows: body };
}

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
export async function previewFile(file: Buffer): Promise<Preview> {
  const { columns, rows } = await tableOf(file);
  const named = (index: number | null) => (index === null ? null : (columns[index] ?? null));
  return {
    columns,
    rows: rows.slice(0, 5),
    count: rows.length,
    id: named(columnOf(columns, undefined, idNames, "id")),
    minutes: named(columnOf(columns, undefined, minuteNames, "minutes")),
  };
}

/** Holds the vendor's list of CDRs against the loaded calls of a period, row by row, and gives the first rows of each group. Errors: `bad_input` naming the file or the column. */
export async function reconcile(file: Buffer, input: z.output<typeof reconcileQuery>, defaults: ViewDefaults, most = shown): Promise<Reconciliation> {
  const { columns, rows } = await tableOf(file);
  const idColumn = columnOf(columns, input.id, idNames, "id");
  const minuteColumn = columnOf(columns, input.minutes, minuteNames, "minutes");
  if (idColumn === null) throw badInput("id", `no column of the file looks like an id: ${columns.join(", ")}`);
  if (minuteColumn === null) throw badInput("minutes", `no column of the file looks like minutes: ${columns.join(", ")}`);
  const theirs = new Map<string, number>();
  let repeated = 0;
  for (const [index, row] of rows.entries()) {
    const id = (row[idColumn] ?? "").trim();
    const text = (row[minuteColumn] ?? "").trim().replace(",", ".");
    const minutes = text === "" ? 0 : Number(text);
    if (id === "") throw badInput("file", `row ${index + 2}: the id is empty`);
    if (!Number.isFinite(minutes)) throw badInput("file", `row ${index + 2}: "${text}" is no number of minutes`);
    if (theirs.has(id)) repeated++;
    theirs.set(id, (theirs.get(id) ?? 0) + minutes);
  }
  return compare(theirs, repeated, rows.length, input, defaults, most);
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
  for (const [id, minutes] of left) add(result.missingHere, minutes, { id, minutes }, most);
  result.difference = result.theirs.minutes - result.ours.minutes;
  return result;
}

function add<T>(group: Group<T>, minutes: number, row: T, most: number): void {
  group.count++;
  group.minutes += minutes;
  if (group.rows.length < most) group.rows.push(row);
}
