import { and, desc, eq, ilike, lt } from "drizzle-orm";
import { detailsOf } from "../error";
import { log } from "../log";
import { journal, state } from "../state";

export interface Entry {
  id: number;
  /** ISO. */
  at: string;
  actor: string;
  action: string;
  outcome: string;
  address: string;
}

/** Writes an entry. What cannot be written is logged: it must not undo what was done. */
export async function note(entry: Omit<Entry, "id" | "at">): Promise<void> {
  try {
    const db = await state();
    await db.insert(journal).values({ at: Date.now(), ...entry });
  } catch (error) {
    log().error({ action: entry.action, error: detailsOf(error) }, "journal entry not written");
  }
}

export interface JournalFilter {
  actor?: string | undefined;
  /** Part of the action. */
  action?: string | undefined;
  limit: number;
  /** The id of the last entry of the page before. */
  cursor?: number | undefined;
}

const literal = (text: string) => text.replaceAll(/[\\%_]/g, (char) => `\\${char}`);

/** Entries, the latest first. */
export async function readJournal({ actor, action, limit, cursor }: JournalFilter): Promise<{ rows: Entry[]; nextCursor: number | null }> {
  const db = await state();
  const rows = await db
    .select()
    .from(journal)
    .where(
      and(
        actor === undefined ? undefined : eq(journal.actor, actor),
        action === undefined ? undefined : ilike(journal.action, `%${literal(action)}%`),
        cursor === undefined ? undefined : lt(journal.id, cursor),
      ),
    )
    .orderBy(desc(journal.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  return {
    rows: page.map((row) => ({ ...row, at: new Date(row.at).toISOString() })),
    nextCursor: rows.length > limit ? (page[page.length - 1]?.id ?? null) : null,
  };
}
