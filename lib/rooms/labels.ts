import { parse } from "csv-parse/sync";
import { eq } from "drizzle-orm";
import { AppError, badInput, messageOf } from "../error";
import { everything, isLimited, type Scope } from "../scope";
import { type Database, roomLabels, state } from "../state";
import { Binder, callsSql, directorySql, warehouse } from "../warehouse";

/** A room as the feed and the people here know it. */
export interface Room {
  id: string;
  /** The name that the feed gave last. */
  feedName: string | null;
  label: string | null;
  tag: string | null;
  calls: number;
  /** ISO; when a call of it was last logged. */
  lastAt: string | null;
}

export interface LabelInput {
  label: string | null;
  tag: string | null;
}

/** Brings the warehouse's copy of the labels up to date with the state store. */
export async function mirrorLabels(): Promise<void> {
  const db = await state();
  const store = await warehouse();
  await store.setRoomLabels(await db.select({ roomId: roomLabels.roomId, label: roomLabels.label, tag: roomLabels.tag }).from(roomLabels));
}

async function roomsOf(ids: string[], scope: Scope): Promise<Map<string, Room>> {
  const store = await warehouse();
  if (!isLimited(scope)) await store.refreshDirectory();
  const binder = new Binder(store.dialect);
  const rows = await store.query<{ id: string; name: string | null; label: string | null; tag: string | null; calls: number; last_ms: number }>(
    binder.statement(
      `SELECT id, name, label, tag, ${store.dialect.double("calls")} AS calls, last_ms FROM ${directorySql(scope, binder, store.dialect)} LEFT JOIN room_labels ON room_id = id
       WHERE kind = 'room' AND id IN (${ids.map(binder.bind).join(", ")})`,
    ),
  );
  return new Map(rows.map(({ name, last_ms, ...row }) => [row.id, { ...row, feedName: name, lastAt: new Date(last_ms).toISOString() }]));
}

/** One room. Error: `not_found` when no loaded call is of it. */
export async function roomOf(id: string, scope: Scope): Promise<Room> {
  const room = (await roomsOf([id], scope)).get(id);
  if (!room) throw new AppError("not_found", `There is no room "${id}" among the loaded records.`);
  return room;
}

async function write(db: Pick<Database, "insert" | "delete">, id: string, { label, tag }: LabelInput, by: string): Promise<void> {
  if (label === null && tag === null) {
    await db.delete(roomLabels).where(eq(roomLabels.roomId, id));
    return;
  }
  const row = { label, tag, changedBy: by, changedAt: Date.now() };
  await db
    .insert(roomLabels)
    .values({ roomId: id, ...row })
    .onConflictDoUpdate({ target: roomLabels.roomId, set: row });
}

/** Gives a room a label and a tag; null takes one away. Error: `not_found`. */
export async function setLabel(id: string, input: LabelInput, by: string): Promise<Room> {
  await roomOf(id, everything);
  await write(await state(), id, input, by);
  await mirrorLabels();
  return roomOf(id, everything);
}

/** The tags in use, in alphabetical order; of a part of the calls, those of its rooms. */
export async function listTags(scope: Scope): Promise<string[]> {
  if (isLimited(scope)) {
    const store = await warehouse();
    const binder = new Binder(store.dialect);
    const rows = await store.query<{ tag: string }>(
      binder.statement(`SELECT DISTINCT ${store.dialect.roomTag} AS tag FROM ${callsSql(scope, binder, store.dialect)} WHERE room_id IS NOT NULL ORDER BY tag`),
    );
    return rows.flatMap(({ tag }) => tag ?? []);
  }
  const db = await state();
  const rows = await db.selectDistinct({ tag: roomLabels.tag }).from(roomLabels);
  return rows.flatMap(({ tag }) => (tag === null ? [] : [tag])).sort((a, b) => a.localeCompare(b));
}

export interface LabelImport {
  changed: number;
  /** Room ids of the file that no loaded call has. Their labels are kept for when one comes. */
  unknown: string[];
}

const mostText = 200;

/**
 * Labels from CSV with the columns `room_id`, `label` and `tag`, in any order; one that is absent is left as it is, an empty
 * cell takes the label or tag away. All of the file or nothing. Error: `bad_input` on `file`, naming the line.
 */
export async function importLabels(text: string, by: string): Promise<LabelImport> {
  let rows: { info: { lines: number }; record: Record<string, string> }[];
  try {
    rows = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      record_delimiter: ["\r\n", "\n", "\r"],
      skip_empty_lines: true,
      trim: true,
      info: true,
    }) as never;
  } catch (error) {
    throw badInput("file", `is not CSV: ${messageOf(error)}`);
  }
  const first = rows[0];
  if (!first) throw badInput("file", "holds no rows below its heading");
  const missing = !("room_id" in first.record) ? "room_id" : !("label" in first.record) && !("tag" in first.record) ? "label or tag" : null;
  if (missing) throw badInput("file", `has no column ${missing}`);
  const db = await state();
  const known = new Map((await db.select().from(roomLabels)).map((row) => [row.roomId, row]));
  const wanted = new Map<string, LabelInput>();
  for (const { record, info } of rows) {
    const id = record.room_id ?? "";
    if (id === "") throw badInput("file", `line ${info.lines}: room_id is empty`);
    const value = (name: "label" | "tag") => {
      const cell = record[name];
      if (cell === undefined) return wanted.get(id)?.[name] ?? known.get(id)?.[name] ?? null;
      if (cell.length > mostText) throw badInput("file", `line ${info.lines}: ${name} is longer than ${mostText} characters`);
      return cell === "" ? null : cell;
    };
    wanted.set(id, { label: value("label"), tag: value("tag") });
  }
  await db.transaction(async (transaction) => {
    for (const [id, input] of wanted) await write(transaction, id, input, by);
  });
  await mirrorLabels();
  const found = await roomsOf([...wanted.keys()], everything);
  return { changed: wanted.size, unknown: [...wanted.keys()].filter((id) => !found.has(id)) };
}
