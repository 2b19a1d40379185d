import { createHash, randomBytes, randomUUID } from "node:crypto";
import { and, asc, desc, eq, gt, isNull } from "drizzle-orm";
import { config } from "../config";
import { AppError, badInput } from "../error";
import { apiTokens, kept, people, type Role, sessions, settings, state } from "../state";
import { note } from "./journal";
import { hashPassword, passwordFits } from "./password";
import { checkThrottle, noteFailure, noteSuccess } from "./throttle";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  active: boolean;
}

const shown = { id: people.id, email: people.email, name: people.name, role: people.role, active: people.active };
const emailKey = (email: string) => email.trim().toLowerCase();

export async function listPeople(): Promise<Person[]> {
  const db = await state();
  return db.select(shown).from(people).orderBy(asc(people.createdAt));
}

/** True until the first admin exists. */
export async function needsSetUp(): Promise<boolean> {
  const db = await state();
  return (await db.select({ id: people.id }).from(people).limit(1)).length === 0;
}

export interface PersonInput {
  email: string;
  name: string;
  password: string;
}

/** Makes the first admin. Works once: error `conflict` when anyone exists. */
export async function setUp(input: PersonInput): Promise<Person> {
  const passwordHash = await hashPassword(input.password);
  const db = await state();
  return db.transaction(async (transaction) => {
    // The row under one key lets only one of two simultaneous set-ups through.
    const first = await transaction.insert(settings).values({ key: "set-up", value: true }).onConflictDoNothing().returning();
    const existing = await transaction.select({ id: people.id }).from(people).limit(1);
    if (first.length === 0 || existing.length > 0) throw new AppError("conflict", "Meetledger is already set up. Sign in instead.");
    const person: Person = { id: randomUUID(), email: emailKey(input.email), name: input.name, role: "admin", active: true };
    await transaction.insert(people).values({ ...person, passwordHash, createdAt: Date.now() });
    return person;
  });
}

export async function addPerson(input: PersonInput & { role: Role }): Promise<Person> {
  const passwordHash = await hashPassword(input.password);
  const person: Person = { id: randomUUID(), email: emailKey(input.email), name: input.name, role: input.role, active: true };
  const db = await state();
  const made = await db
    .insert(people)
    .values({ ...person, passwordHash, createdAt: Date.now() })
    .onConflictDoNothing()
    .returning({ id: people.id });
  if (made.length === 0) throw badInput("email", "a person with this address exists");
  return person;
}

/** Changes a person. At least one active admin stays. A changed role, password or state ends the person's sessions. */
export async function changePerson(id: string, change: { name?: string; role?: Role; active?: boolean; password?: string }): Promise<Person> {
  const passwordHash = change.password ? await hashPassword(change.password) : undefined;
  const db = await state();
  const person = await db.transaction(async (transaction) => {
    const all = await transaction.select(shown).from(people);
    const before = all.find((one) => one.id === id);
    if (!before) throw new AppError("not_found", "There is no such person.");
    const after = { ...before, name: change.name ?? before.name, role: change.role ?? before.role, active: change.active ?? before.active };
    const admins = all.map((one) => (one.id === id ? after : one)).filter((one) => one.active && one.role === "admin");
    if (admins.length === 0) throw new AppError("conflict", "At least one active admin must stay.");
    await transaction
      .update(people)
      .set({ name: after.name, role: after.role, active: after.active, ...(passwordHash ? { passwordHash } : {}) })
      .where(eq(people.id, id));
    return after;
  });
  if (change.role || change.password || change.active === false) await endSessions(id);
  return person;
}

/** Changes one's own password. Error: `bad_input` on `current` when the old one does not fit. */
export async function changeOwnPassword(id: string, current: string, password: string): Promise<void> {
  const db = await state();
  const [row] = await db.select().from(people).where(eq(people.id, id));
  if (!(await passwordFits(current, row?.passwordHash))) throw badInput("current", "is not your password");
  await changePerson(id, { password });
}

export const sessionMs = 12 * 3_600_000;

/** Checks a sign-in and opens a session. Null: wrong. Error: `throttled`. */
export async function signIn(email: string, password: string, address: string): Promise<(Person & { sessionId: string }) | null> {
  const key = emailKey(email);
  await checkThrottle(key, address);
  const db = await state();
  const [row] = await db.select().from(people).where(eq(people.email, key));
  const fits = await passwordFits(password, row?.passwordHash);
  if (!fits || !row?.active) {
    await noteFailure(key, address);
    await note({ actor: key, action: "sign-in", outcome: "refused", address });
    return null;
  }
  await noteSuccess(key);
  await note({ actor: row.name, action: "sign-in", outcome: "ok", address });
  const sessionId = randomUUID();
  await db.insert(sessions).values({ id: sessionId, personId: row.id, createdAt: Date.now(), expiresAt: Date.now() + sessionMs });
  return { id: row.id, email: row.email, name: row.name, role: row.role, active: row.active, sessionId };
}

/** The person of a session, or null when it has ended, was revoked, or the person may not sign in any more. */
export async function personOfSession(sessionId: string): Promise<Person | null> {
  const db = await state();
  const [row] = await db
    .select(shown)
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt), gt(sessions.expiresAt, Date.now()), eq(people.active, true)));
  return row ?? null;
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

export interface Token {
  id: string;
  name: string;
  role: Role;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

export async function listTokens(): Promise<Token[]> {
  const db = await state();
  const rows = await db.select().from(apiTokens).orderBy(desc(apiTokens.createdAt));
  return rows.map(({ id, name, role, createdAt, lastUsedAt, revokedAt }) => ({
    id,
    name,
    role,
    createdAt: iso(createdAt) as string,
    lastUsedAt: iso(lastUsedAt),
    revokedAt: iso(revokedAt),
  }));
}

/** Makes an API token. The token itself is returned here and never again. */
export async function addToken(name: string, role: Role, createdBy: string): Promise<{ id: string; token: string }> {
  const token = `mlt_${randomBytes(32).toString("base64url")}`;
  const id = randomUUID();
  const db = await state();
  await db.insert(apiTokens).values({ id, name, role, hash: hashOf(token), createdBy, createdAt: Date.now() });
  await validTokens.forget();
  return { id, token };
}

export async function revokeToken(id: string): Promise<void> {
  const db = await state();
  const revoked = await db
    .update(apiTokens)
    .set({ revokedAt: Date.now() })
    .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id });
  await validTokens.forget();
  if (revoked.length === 0) throw new AppError("not_found", "There is no such token, or it was revoked before.");
}

/** Tokens that were not revoked, by their hash. */
const validTokens = kept("tokens", async () => {
  const db = await state();
  const rows = await db.select().from(apiTokens).where(isNull(apiTokens.revokedAt));
  return new Map(rows.map((row) => [row.hash, row]));
});

/** The token that a bearer secret belongs to, or null. Its last use is noted at most once a minute. */
export async function tokenOf(secret: string): Promise<{ id: string; name: string; role: Role } | null> {
  const row = (await validTokens()).get(hashOf(secret));
  if (!row) return null;
  const now = Date.now();
  if (now - (row.lastUsedAt ?? 0) > 60_000) {
    row.lastUsedAt = now;
    const db = await state();
    await db.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, row.id));
  }
  return { id: row.id, name: row.name, role: row.role };
}

/** Makes the admin and the token that the environment names, once. */
export async function addConfiguredAdmin(): Promise<void> {
  const { ADMIN_EMAIL, ADMIN_PASSWORD, ADMIN_API_TOKEN } = config();
  if (ADMIN_EMAIL && ADMIN_PASSWORD && (await needsSetUp())) {
    await setUp({ email: ADMIN_EMAIL, name: ADMIN_EMAIL.split("@")[0] as string, password: ADMIN_PASSWORD });
  }
  if (!ADMIN_API_TOKEN) return;
  const db = await state();
  await db
    .insert(apiTokens)
    .values({ id: randomUUID(), name: "ADMIN_API_TOKEN", role: "admin", hash: hashOf(ADMIN_API_TOKEN), createdBy: null, createdAt: Date.now() })
    .onConflictDoNothing();
  await validTokens.forget();
}
