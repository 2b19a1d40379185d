import { isLimited, type Scope } from "../scope";
import { Binder, callsSql, directorySql, warehouse } from "../warehouse";

export interface Found {
  id: string;
  name: string | null;
  calls: number;
  /** ISO; when it was last logged. */
  lastAt: string | null;
}

export type FoundKind = "room" | "conference" | "person";

const iso = (ms: number) => new Date(ms).toISOString();

interface Listed {
  kind: FoundKind;
  id: string;
  name: string | null;
  calls: number;
  last_ms: number;
}

/**
 * A few of each kind of which the id, the name or the label holds the text: exact ids first, then rooms and persons by their
 * calls, conferences by their time.
 */
async function listed(kinds: FoundKind[], text: string, limit: number, scope: Scope): Promise<Record<FoundKind, Found[]>> {
  const store = await warehouse();
  if (!isLimited(scope)) await store.refreshDirectory();
  const { dialect } = store;
  const binder = new Binder(dialect);
  const part = binder.bind(text.toLowerCase());
  const rows = await store.query<Listed>(
    binder.statement(
      `SELECT kind, id, coalesce(label, name) AS name, ${dialect.double("calls")} AS calls, last_ms FROM (
         SELECT *, row_number() OVER (PARTITION BY kind
           ORDER BY CASE WHEN lower(id) = ${part} THEN 0 ELSE 1 END, CASE WHEN kind = 'conference' THEN last_ms ELSE calls END DESC, id) AS place
         FROM ${directorySql(scope, binder, dialect)} LEFT JOIN room_labels ON kind = 'room' AND room_id = id
         WHERE kind IN (${kinds.map(binder.bind).join(", ")}) AND (${dialect.containsLower("words", part)} OR ${dialect.contains("label", part)})) found
       WHERE place <= ${limit} ORDER BY kind, place`,
    ),
  );
  const found: Record<FoundKind, Found[]> = { room: [], conference: [], person: [] };
  for (const { kind, last_ms, ...row } of rows) found[kind].push({ ...row, lastAt: iso(last_ms) });
  return found;
}

/** Rooms whose id, name or label contains the text, the busiest first. */
export const findRooms = async (text: string, limit: number, scope: Scope) => (await listed(["room"], text, limit, scope)).room;

/** Conferences whose number or room name contains the text, the latest first. */
export const findConferences = async (text: string, limit: number, scope: Scope) => (await listed(["conference"], text, limit, scope)).conference;

/** Persons whose ref or name contains the text, the busiest first. */
export const findPersons = async (text: string, limit: number, scope: Scope) => (await listed(["person"], text, limit, scope)).person;

export interface FoundCall {
  callId: string;
  account: string;
  /** Which of its ids the text is: `call_id` or `call_log_id`. */
  by: string;
  userName: string | null;
  loggedAt: string;
}

const callIds = ["call_id", "call_log_id"];
/** What may be an id of a call: looking for anything else among all calls would only cost time. */
const idLike = /^(?=.*\d)\S{2,200}$/;
/** From this length on a text is more likely a call's id than a part of a name. */
const usualIdLength = 12;

/** Calls of which one id is the text, as support mails quote it. */
async function findCallsById(text: string, limit: number, scope: Scope): Promise<FoundCall[]> {
  if (!idLike.test(text)) return [];
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const id = binder.bind(text);
  const source = callsSql(scope, binder, store.dialect);
  const rows = await store.query<{ call_id: string; account: string; by: string; user_name: string | null; logged_ms: number }>(
    binder.statement(
      `${callIds.map((name) => `SELECT call_id, account, '${name}' AS by, user_name, logged_ms FROM ${source} WHERE ${name} = ${id}`).join(" UNION ALL ")}
       ORDER BY logged_ms DESC, call_id LIMIT ${limit}`,
    ),
  );
  return rows.map((row) => ({ callId: row.call_id, account: row.account, by: row.by, userName: row.user_name, loggedAt: iso(row.logged_ms) }));
}

export interface FindAnswer {
  rooms: Found[];
  conferences: Found[];
  persons: Found[];
  calls: FoundCall[];
}

/** Everything that the text may mean, a few of each kind. The whole id of a call means that call and nothing else. */
export async function find(text: string, limit: number, scope: Scope): Promise<FindAnswer> {
  const none = { rooms: [], conferences: [], persons: [], calls: [] };
  if (text.length >= usualIdLength) {
    const calls = await findCallsById(text, limit, scope);
    if (calls.length > 0) return { ...none, calls };
  }
  const { room, conference, person } = await listed(["room", "conference", "person"], text, limit, scope);
  if (room.length + conference.length + person.length > 0) return { ...none, rooms: room, conferences: conference, persons: person };
  return text.length < usualIdLength ? { ...none, calls: await findCallsById(text, limit, scope) } : none;
}
