import { z } from "zod";
import { AppError, badInput } from "../error";
import { Binder, callColumnNames, callColumns, type Row, type SqlValue, type Statement, warehouse } from "../warehouse";
import { checkPeriod, type View, type ViewDefaults, viewOf, viewShape } from "./filters";
import { resolveAccounts } from "./run";
import { filtersSql, periodSql } from "./where";

/** Columns that a list of calls can be sorted by. `logged` and `connected` are the times under the names of the bases. */
const sortColumns: Record<string, string> = {
  logged: "logged_ms",
  connected: "connect_ms",
  ...Object.fromEntries(callColumnNames.filter((name) => callColumns[name] !== "flag").map((name) => [name, name])),
};

export const callsQuery = z
  .strictObject({
    sort: z
      .string()
      .default("-logged")
      .refine((sort) => sort.replace(/^-/, "") in sortColumns, "names no column that calls can be sorted by")
      .describe("A column; with a minus, largest first."),
    limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1, "must be at least 1").max(1000, "must be at most 1000").default(100),
    cursor: z.string().optional().describe("`nextCursor` of the page before."),
    ...viewShape,
  })
  .superRefine(checkPeriod);

export interface CallsAnswer {
  rows: CallRow[];
  nextCursor: string | null;
}

/** A call as the API gives it: the fields of a Call, times in ISO under the feed's names. */
export type CallRow = Record<string, string | number | boolean | null>;

const cursorShape = z.tuple([z.union([z.string(), z.number(), z.null()]), z.string(), z.string()]);

function readCursor(text: string): z.output<typeof cursorShape> {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw badInput("cursor", "is not a cursor of this list");
  }
}

/** One page of calls, keyset-paged: any page costs the same, and calls loaded meanwhile do not shift it. */
export async function listCalls(input: z.output<typeof callsQuery>, defaults: ViewDefaults): Promise<CallsAnswer> {
  const view: View = viewOf(input, defaults);
  const { filter } = await resolveAccounts(view.account);
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const descending = input.sort.startsWith("-");
  const column = sortColumns[input.sort.replace(/^-/, "")] as string;
  const conditions = [periodSql(view), ...filtersSql(view, filter, binder, store.dialect)];
  if (input.cursor) {
    const [value, account, callId] = readCursor(input.cursor);
    const after = `(account, call_id) > (${binder.bind(account)}, ${binder.bind(callId)})`;
    if (value === null) conditions.push(`${column} IS NULL AND ${after}`);
    else {
      const bound = binder.bind(value);
      conditions.push(`(${column} ${descending ? "<" : ">"} ${bound} OR (${column} = ${bound} AND ${after}) OR ${column} IS NULL)`);
    }
  }
  const statement: Statement = binder.statement(
    `SELECT account, sightings, ${columnList(store.dialect.double)}
     FROM calls WHERE ${conditions.join(" AND ")}
     ORDER BY ${column} ${descending ? "DESC" : "ASC"} NULLS LAST, account, call_id LIMIT ${input.limit + 1}`,
  );
  const rows = await store.query(statement);
  const page = rows.slice(0, input.limit);
  const last = page[page.length - 1];
  const nextCursor = rows.length > input.limit && last ? Buffer.from(JSON.stringify([last[column], last.account, last.call_id])).toString("base64url") : null;
  return { rows: page.map(callRow), nextCursor };
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

/** One call with the record it was made from. Error: `not_found`. */
export async function findCall(callId: string, account: string | undefined): Promise<{ call: CallRow; raw: unknown }> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const conditions = [`call_id = ${binder.bind(callId)}`];
  const { filter } = await resolveAccounts(account === undefined ? undefined : [account]);
  if (filter) conditions.push(`account IN (${filter.map(binder.bind).join(", ")})`);
  const [row] = await store.query(
    binder.statement(`SELECT account, sightings, ${columnList(store.dialect.double)} FROM calls WHERE ${conditions.join(" AND ")} LIMIT 1`),
  );
  if (!row) throw new AppError("not_found", `There is no call "${callId}" among the loaded records.`);
  const raw = await store.rawRecord(row.account as string, callId);
  return { call: callRow(row), raw: raw === null ? null : JSON.parse(raw) };
}

function columnList(double: (expression: string) => string): string {
  return callColumnNames.map((name) => (callColumns[name] === "amount" ? `${double(name)} AS ${name}` : name)).join(", ");
}

/** All loaded calls of a conference, in the order in which they connected. Error: `not_found`. */
export async function findConference(conference: string): Promise<{ conference: string; rows: CallRow[] }> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const rows = await store.query(
    binder.statement(
      `SELECT account, sightings, ${columnList(store.dialect.double)} FROM calls WHERE conf_num = ${binder.bind(conference)}
       ORDER BY coalesce(connect_ms, logged_ms), call_id`,
    ),
  );
  if (rows.length === 0) throw new AppError("not_found", `There is no conference "${conference}" among the loaded records.`);
  return { conference, rows: rows.map(callRow) };
}

export interface Found {
  id: string;
  name: string | null;
  calls: number;
  /** ISO; when it was last logged. */
  lastAt: string | null;
}

/** Rooms whose id or name contains the text, the busiest first. The name is the one seen last. */
export async function findRooms(text: string, limit: number): Promise<Found[]> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const part = binder.bind(text);
  const rows = await store.query<{ id: string; name: string | null; calls: number; last: number }>(
    binder.statement(
      `SELECT room_id AS id, ${store.dialect.latest("room_name", "logged_ms")} AS name, ${store.dialect.double("count(*)")} AS calls, max(logged_ms) AS last FROM calls
       WHERE room_id IS NOT NULL AND (${store.dialect.contains("room_id", part)} OR ${store.dialect.contains("coalesce(room_name, '')", part)})
       GROUP BY room_id ORDER BY calls DESC, room_id LIMIT ${limit}`,
    ),
  );
  return rows.map(({ last, ...row }) => ({ ...row, lastAt: iso(last) }));
}

/** Conferences whose number contains the text, the latest first. */
export async function findConferences(text: string, limit: number): Promise<Found[]> {
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const rows = await store.query<{ id: string; name: string | null; calls: number; last: number }>(
    binder.statement(
      `SELECT conf_num AS id, ${store.dialect.latest("room_name", "logged_ms")} AS name, ${store.dialect.double("count(*)")} AS calls, max(logged_ms) AS last FROM calls
       WHERE conf_num IS NOT NULL AND ${store.dialect.contains("conf_num", binder.bind(text))}
       GROUP BY conf_num ORDER BY last DESC, conf_num LIMIT ${limit}`,
    ),
  );
  return rows.map(({ last, ...row }) => ({ ...row, lastAt: iso(last) }));
}
