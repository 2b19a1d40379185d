import { z } from "zod";
import { AppError, appErrorOf, badInput } from "../error";
import { own } from "../names";
import type { Scope } from "../scope";
import { utcDay } from "../time";
import {
  Binder,
  callColumnNames,
  callColumns,
  callsSql,
  countedSql,
  type Dialect,
  type Row,
  type SqlValue,
  type Statement,
  type Warehouse,
  warehouse,
} from "../warehouse";
import { resolveAccounts } from "./accounts";
import { missingDays } from "./coverage";
import { checkPeriod, type View, type ViewDefaults, viewOf, viewShape } from "./filters";
import { filtersSql, periodSql } from "./where";

/** Columns that a list of calls can be sorted by. `logged` and `connected` are the times under the names of the bases. */
const sortColumns: Record<string, string> = {
  logged: "logged_ms",
  connected: "connect_ms",
  ...Object.fromEntries(callColumnNames.filter((name) => callColumns[name] !== "flag").map((name) => [name, name])),
};

const fieldNames = ["account", "sightings", ...callColumnNames] as const;
type StoredField = (typeof fieldNames)[number];

export const callsQuery = z
  .strictObject({
    sort: z
      .string()
      .default("-logged")
      .refine((sort) => Object.hasOwn(sortColumns, sort.replace(/^-/, "")), "names no column that calls can be sorted by")
      .describe("A column; with a minus, largest first."),
    limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1, "must be at least 1").max(1000, "must be at most 1000").default(100),
    cursor: z.string().optional().describe("`nextCursor` of the page before."),
    fields: z
      .preprocess(
        (raw) => (raw === undefined ? undefined : [raw].flat().flatMap((one) => String(one).split(","))),
        z.array(z.enum(fieldNames, { error: (issue) => `there is no field "${String(issue.input)}"` })).optional(),
      )
      .describe("Only these fields, separated by commas, with the ids and times. Default: all. Fewer are quicker."),
    ...viewShape,
  })
  .superRefine(checkPeriod);

export interface CallsAnswer {
  rows: CallRow[];
  nextCursor: string | null;
}

/** A call as the API gives it: the fields of a Call, times in ISO under the feed's names. */
export type CallRow = Record<string, string | number | boolean | null>;

const cursorShape = z.tuple([z.union([z.string(), z.number(), z.null()]), z.int()]);

function readCursor(text: string): z.output<typeof cursorShape> {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw badInput("cursor", "is not a cursor of this list");
  }
}

/** What every row has: without it a row could be neither named nor placed. */
const always: StoredField[] = ["account", "sightings", "call_id", "id_source", "logged_ms", "connect_ms", "disconnect_ms"];

/**
 * One page of calls, keyset-paged: any page costs the same, and calls loaded meanwhile do not shift it. The page's rows are
 * found by the sorting column alone and only then read whole, which makes a page of a million calls three times faster.
 */
export async function listCalls(input: z.output<typeof callsQuery>, defaults: ViewDefaults): Promise<CallsAnswer> {
  const view: View = viewOf(input, defaults);
  const accounts = await resolveAccounts(view.account, view.scope);
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const descending = input.sort.startsWith("-");
  const column = own(sortColumns, input.sort.replace(/^-/, "")) as string;
  const source = callsSql(view.scope, binder, store.dialect);
  const conditions = [periodSql(view), ...filtersSql(view, accounts, binder, store.dialect)];
  if (input.cursor) {
    const [value, seq] = readCursor(input.cursor);
    const after = `seq > ${binder.bind(seq)}`;
    if (value === null) conditions.push(`${column} IS NULL AND ${after}`);
    else {
      const bound = binder.bind(value);
      conditions.push(`(${column} ${descending ? "<" : ">"} ${bound} OR (${column} = ${bound} AND ${after}) OR ${column} IS NULL)`);
    }
  }
  const order = `ORDER BY ${column} ${descending ? "DESC" : "ASC"} NULLS LAST, seq`;
  const fields = input.fields ? [...new Set([...always, ...input.fields])] : fieldNames;
  const statement: Statement = binder.statement(
    `SELECT seq AS place, ${fieldSql(column as StoredField, store.dialect)} AS sorted_by, ${fieldList(fields, store.dialect)} FROM ${source}
     WHERE seq IN (SELECT seq FROM ${source} WHERE ${conditions.join(" AND ")} ${order} LIMIT ${input.limit + 1}) ${order}`,
  );
  const rows = await store.query(statement);
  const page = rows.slice(0, input.limit);
  const last = page[page.length - 1];
  const nextCursor = rows.length > input.limit && last ? Buffer.from(JSON.stringify([last.sorted_by, last.place])).toString("base64url") : null;
  return { rows: page.map(({ place, sorted_by, ...row }) => callRow(row)), nextCursor };
}

const iso = (value: SqlValue | undefined) => (typeof value === "number" ? new Date(value).toISOString() : null);

function callRow(row: Row): CallRow {
  const { logged_ms, connect_ms, disconnect_ms, ...rest } = row;
  return {
    ...rest,
    cdr_id: row.id_source === "cdr_id" ? (row.call_id as string) : null,
    trans_date: iso(logged_ms),
    connect_dt: iso(connect_ms),
    disconnect_dt: iso(disconnect_ms),
  };
}

/** The call before or after another of the same person; ties in time follow the order of loading. */
async function neighbour(scope: Scope, account: string, person: string, loggedMs: number, seq: number, way: "before" | "after"): Promise<string | null> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const [sign, order] = way === "before" ? ["<", "DESC"] : [">", "ASC"];
  const [row] = await store.query<{ call_id: string }>(
    binder.statement(
      `SELECT call_id FROM ${callsSql(scope, binder, store.dialect)} WHERE account = ${binder.bind(account)} AND person = ${binder.bind(person)}
       AND (logged_ms ${sign} ${binder.bind(loggedMs)} OR (logged_ms = ${binder.bind(loggedMs)} AND seq ${sign} ${binder.bind(seq)}))
       ORDER BY logged_ms ${order}, seq ${order} LIMIT 1`,
    ),
  );
  return row?.call_id ?? null;
}

export interface CallAnswer {
  call: CallRow;
  /** The record that it was made from, as it came; without the person where names are hidden. */
  raw: unknown;
  /** Why there is no record, where it cannot be read. */
  rawProblem: string | null;
  /** ISO; since when the answers for its day do not have it any more. Null for nearly every call. */
  withdrawnAt: string | null;
  /** Ids of the same person's calls before and after it; null at either end, or for someone unknown. */
  previous: string | null;
  next: string | null;
}

/** One call with the record it was made from. Error: `not_found`. */
export async function findCall(callId: string, account: string | undefined, scope: Scope): Promise<CallAnswer> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const conditions = [`call_id = ${binder.bind(callId)}`];
  const { filter } = await resolveAccounts(account === undefined ? undefined : [account], scope);
  if (filter) conditions.push(`account IN (${filter.map(binder.bind).join(", ")})`);
  const [row] = await store.query(
    binder.statement(
      `SELECT seq AS place, ${fieldList(fieldNames, store.dialect)}, (SELECT max(since_ms) FROM withdrawn_calls w WHERE w.seq = calls.seq) AS withdrawn_ms
       FROM ${callsSql(scope, binder, store.dialect)} WHERE ${conditions.join(" AND ")} LIMIT 1`,
    ),
  );
  if (!row) throw new AppError("not_found", `There is no call "${callId}" among the loaded records.`);
  const { place, withdrawn_ms, ...fields } = row;
  const [ofAccount, person, at] = [row.account as string, row.person as string | null, row.logged_ms as number];
  const beside = (way: "before" | "after") => (person === null ? null : neighbour(scope, ofAccount, person, at, place as number, way));
  const [record, previous, next] = await Promise.all([rawRecordOf(store, ofAccount, callId, scope), beside("before"), beside("after")]);
  return { call: callRow(fields), ...shownRecord(record), withdrawnAt: iso(withdrawn_ms), previous, next };
}

/** A raw record as an answer can hold it. Versions before took records of any depth, and what writes an answer goes down level by level. */
function shownRecord({ raw, rawProblem }: { raw: string | null; rawProblem: string | null }): { raw: unknown; rawProblem: string | null } {
  const record = raw === null ? null : JSON.parse(raw);
  try {
    JSON.stringify(record);
    return { raw: record, rawProblem };
  } catch {
    return { raw: null, rawProblem: "The raw record is nested too deep to be shown. The export of the person's data has it." };
  }
}

/** A call's raw record as JSON text, or why there is none. One that is damaged must not keep the rest of the call from being seen. */
export async function rawRecordOf(store: Warehouse, account: string, callId: string, scope: Scope): Promise<{ raw: string | null; rawProblem: string | null }> {
  const lost = (rawProblem: string) => ({ raw: null, rawProblem });
  try {
    const raw = await store.rawRecord(account, callId, scope);
    const isThere = raw !== null && JSON.parse(raw) !== null;
    return isThere ? { raw, rawProblem: null } : lost("The raw record is not there any more: it could not be read when names were purged.");
  } catch (error) {
    if (error instanceof SyntaxError) return lost("The raw record is not JSON.");
    if (appErrorOf(error)?.code !== "storage_damaged") throw error;
    return lost("The raw record cannot be read: the file that it stands in is damaged or missing.");
  }
}

const fieldSql = (name: StoredField, dialect: Dialect) =>
  name in callColumns && callColumns[name as keyof typeof callColumns] === "amount" ? dialect.double(name) : name;
const fieldList = (names: readonly StoredField[], dialect: Dialect) => names.map((name) => `${fieldSql(name, dialect)} AS ${name}`).join(", ");

export interface ConferenceAnswer {
  conference: string;
  /** Its calls, in the order in which they connected. */
  rows: CallRow[];
  /** UTC days on which it may have further calls, because they are not loaded. */
  missingDays: string[];
}

/** All loaded calls of a conference. Error: `not_found`. */
export async function findConference(conference: string, scope: Scope): Promise<ConferenceAnswer> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const { counting } = await resolveAccounts(undefined, scope);
  const conditions = [`conf_num = ${binder.bind(conference)}`, ...countedSql(counting, binder)];
  const rows = await store.query(
    binder.statement(
      `SELECT ${fieldList(fieldNames, store.dialect)} FROM ${callsSql(scope, binder, store.dialect)} WHERE ${conditions.join(" AND ")}
       ORDER BY coalesce(connect_ms, logged_ms), call_id`,
    ),
  );
  if (rows.length === 0) throw new AppError("not_found", `There is no conference "${conference}" among the loaded records.`);
  const times = rows.flatMap((row) => [row.logged_ms, row.connect_ms].filter((ms): ms is number => typeof ms === "number"));
  const accounts = [...new Set(rows.map((row) => row.account as string))];
  // Not by spreading: a conference may have more calls than a function may have arguments.
  const first = times.reduce((low, ms) => Math.min(low, ms));
  const last = times.reduce((high, ms) => Math.max(high, ms));
  return { conference, rows: rows.map(callRow), missingDays: await missingDays(accounts, utcDay(first), utcDay(last)) };
}

const callsAtATime = 500;

/**
 * Every loaded call of a person, known by ref, by name where there is no ref, or by pseudonym; in the order in which they were
 * logged. Page by page: a stream would hold a connection while its reader asks for more by another.
 */
export async function* listCallsOf(person: string, scope: Scope): AsyncGenerator<CallRow> {
  const store = await warehouse();
  const { dialect } = store;
  let after = { logged: -1, seq: -1 };
  for (;;) {
    const binder = new Binder(dialect);
    const [one, logged, seq] = [binder.bind(person), binder.bind(after.logged), binder.bind(after.seq)];
    const rows = await store.query(
      binder.statement(
        `SELECT seq AS place, ${fieldList(fieldNames, dialect)} FROM ${callsSql(scope, binder, dialect)}
         WHERE (person = ${one} OR person = ${dialect.pseudonym("person", one)}) AND (logged_ms > ${logged} OR (logged_ms = ${logged} AND seq > ${seq}))
         ORDER BY logged_ms, seq LIMIT ${callsAtATime}`,
      ),
    );
    for (const { place: _, ...row } of rows) yield callRow(row);
    const last = rows[rows.length - 1];
    if (!last || rows.length < callsAtATime) return;
    after = { logged: last.logged_ms as number, seq: last.place as number };
  }
}
