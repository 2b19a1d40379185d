import { eq } from "drizzle-orm";
import { AppError, badInput } from "../error";
import { everything, isLimited, type Scope } from "../scope";
import { type Database, roomLabels, state } from "../state";
import { withoutApostrophe, withTable } from "../table";
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
 * Labels from a table file (CSV with any of the usual delimiters and encodings, or XLSX) with the columns `room_id`, `label` and `tag`,
 * in any order; one that is absent is left as it is, an empty cell takes the label or tag away. All of the file or nothing. Error:
 * `bad_input` on `file`, naming the row.
 */
export async function importLabels(file: Buffer, by: string): Promise<LabelImport> {
  const db = await state();
  const known = new Map((await db.select().from(roomLabels)).map((row) => [row.roomId, row]));
  const wanted = new Map<string, LabelInput>();
  await withTable(file, async ({ columns, overlong, rows }) => {
    const [idColumn, labelColumn, tagColumn] = ["room_id", "label", "tag"].map((name) => columns.findIndex((column) => column.toLowerCase() === name));
    const missing = idColumn === -1 ? "room_id" : labelColumn === -1 && tagColumn === -1 ? "label or tag" : null;
    if (missing) throw badInput("file", `has no column ${missing}`);
    // Else the rest of a label with a comma in it would be lost without a word.
    if (overlong !== null) throw badInput("file", `row ${overlong}: has more cells than the heading; put texts with a separator in quotes`);
    let row = 1;
    for await (const part of rows([idColumn, labelColumn, tagColumn] as number[])) {
      for (const cells of part) {
        row++;
        const [id = "", label = "", tag = ""] = cells.map((cell) => withoutApostrophe(cell.trim()));
        if (id === "") throw badInput("file", `row ${row}: room_id is empty`);
        if (id.includes("\0")) throw badInput("file", `row ${row}: room_id holds a character that cannot be stored`);
        const before = wanted.get(id) ?? known.get(id);
        const value = (name: "label" | "tag", cell: string, column: number | undefined) => {
          if (column === -1) return before?.[name] ?? null;
          if (cell.length > mostText) throw badInput("file", `row ${row}: ${name} is longer than ${mostText} characters`);
          if (/\p{Cc}/u.test(cell)) throw badInput("file", `row ${row}: ${name} holds control characters`);
          return cell === "" ? null : cell;
        };
        wanted.set(id, { label: value("label", label, labelColumn), tag: value("tag", tag, tagColumn) });
      }
    }
  });
  await db.transaction(async (transaction) => {
    for (const [id, input] of wanted) await write(transaction, id, input, by);
  });
  await mirrorLabels();
  const found = await roomsOf([...wanted.keys()], everything);
  return { changed: wanted.size, unknown: [...wanted.keys()].filter((id) => !found.has(id)) };
}
