import { randomUUID } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { sessions, state } from "../state";

export const sessionMs = 12 * 3_600_000;

/** Opens a session; its id is what the signed cookie holds. */
export async function openSession(personId: string): Promise<string> {
  const db = await state();
  const id = randomUUID();
  await db.insert(sessions).values({ id, personId, createdAt: Date.now(), expiresAt: Date.now() + sessionMs });
  return id;
}

export async function endSession(sessionId: string): Promise<void> {
  const db = await state();
  await db.update(sessions).set({ revokedAt: Date.now() }).where(eq(sessions.id, sessionId));
}

export async function endSessions(personId: string): Promise<void> {
  const db = await state();
  await db
    .update(sessions)
    .set({ revokedAt: Date.now() })
    .where(and(eq(sessions.personId, personId), isNull(sessions.revokedAt)));
}
