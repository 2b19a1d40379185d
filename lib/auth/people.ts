import { randomUUID } from "node:crypto";
import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { config } from "../config";
import { AppError, badInput } from "../error";
import type { Limits } from "../scope";
import { type Database, people, type Role, sessions, settings, state } from "../state";
import { note } from "./journal";
import { type Made, madeBy, madeInWords } from "./made";
import { hashPassword, passwordFits } from "./password";
import { forgetRights } from "./rights";
import { endSessions } from "./sessions";
import { throttled } from "./throttle";
import { addConfiguredToken } from "./tokens";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  active: boolean;
  /** The part of the calls that they may see; null for all. */
  limits: Limits | null;
  /** Whether they sign in with a code too. */
  hasTwoStep: boolean;
  /** `invited`: has no password yet. */
  signsIn: "password" | "provider" | "invited";
}

export const shown = {
  id: people.id,
  email: people.email,
  name: people.name,
  role: people.role,
  active: people.active,
  limits: people.limits,
  hasTwoStep: sql<boolean>`${people.totpSince} IS NOT NULL`,
  signsIn: sql<
    Person["signsIn"]
  >`CASE WHEN ${people.oidcSubject} IS NOT NULL THEN 'provider' WHEN ${people.passwordHash} IS NULL THEN 'invited' ELSE 'password' END`,
};
export const emailKey = (email: string) => email.trim().toLowerCase();

/** Everybody, with how much there is that they made and that goes by their rights. */
export async function listPeople(): Promise<(Person & { made: Made })[]> {
  const db = await state();
  const rows = await db.select(shown).from(people).orderBy(asc(people.createdAt));
  const made = await madeBy(rows.map(({ id }) => id));
  return rows.map((person, index) => ({ ...person, made: made[index] as Made }));
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
  const isSetUp = () => new AppError("conflict", "Meetledger is already set up. Sign in instead.");
  // A hash takes a core's second: nobody gets one for nothing.
  if (!(await needsSetUp())) throw isSetUp();
  const passwordHash = await hashPassword(input.password);
  const db = await state();
  return db.transaction(async (transaction) => {
    // The row under one key lets only one of two simultaneous set-ups through.
    const first = await transaction.insert(settings).values({ key: "set-up", value: true }).onConflictDoNothing().returning();
    const existing = await transaction.select({ id: people.id }).from(people).limit(1);
    if (first.length === 0 || existing.length > 0) throw isSetUp();
    return insert(transaction, { ...input, role: "admin", limits: null, passwordHash });
  });
}

export interface NewPerson {
  email: string;
  name: string;
  role: Role;
  limits: Limits | null;
}

async function insert(db: Pick<Database, "insert">, input: NewPerson & { passwordHash: string | null; oidcSubject?: string }): Promise<Person> {
  const { passwordHash, oidcSubject = null, name, role } = input;
  const row = { id: randomUUID(), email: emailKey(input.email), name, role, limits: checkedLimits(role, input.limits), active: true };
  const made = await db
    .insert(people)
    .values({ ...row, passwordHash, oidcSubject, createdAt: Date.now() })
    .onConflictDoNothing()
    .returning(shown);
  await forgetRights();
  if (!made[0]) throw badInput("email", "a person with this address exists");
  return made[0];
}

/** An admin sees everything: a limit that one could lift by oneself would be none. */
function checkedLimits(role: Role, limits: Limits | null): Limits | null {
  if (role === "admin" && limits) throw badInput("limits", "an admin sees everything; choose another role");
  return limits;
}

/** Adds a person: with a password, without one until an invitation is taken up, or known to the identity provider. */
export async function addPerson(input: NewPerson & { password?: string; oidcSubject?: string }): Promise<Person> {
  const { password, ...rest } = input;
  return insert(await state(), { ...rest, passwordHash: password === undefined ? null : await hashPassword(password) });
}

/**
 * Changes a person. At least one active admin stays. A changed role, limit, password or state ends the person's sessions. What they
 * made goes by their new rights from now on: `made` says how much that is, and the journal says by whom (`by`).
 */
export async function changePerson(
  id: string,
  change: { name?: string; role?: Role; active?: boolean; limits?: Limits | null; password?: string },
  by = { actor: "identity provider", address: "provider" },
): Promise<Person & { made: Made }> {
  const passwordHash = change.password ? await hashPassword(change.password) : undefined;
  const db = await state();
  const { before, after: person } = await db.transaction(async (transaction) => {
    const all = await transaction.select(shown).from(people);
    const before = all.find((one) => one.id === id);
    if (!before) throw new AppError("not_found", "There is no such person.");
    const after = { ...before, name: change.name ?? before.name, role: change.role ?? before.role, active: change.active ?? before.active };
    after.limits = checkedLimits(after.role, change.limits === undefined ? (after.role === "admin" ? null : before.limits) : change.limits);
    const admins = all.map((one) => (one.id === id ? after : one)).filter((one) => one.active && one.role === "admin");
    if (admins.length === 0) throw new AppError("conflict", "At least one active admin must stay.");
    await transaction
      .update(people)
      .set({ name: after.name, role: after.role, active: after.active, limits: after.limits, ...(passwordHash ? { passwordHash } : {}) })
      .where(eq(people.id, id));
    return { before, after };
  });
  await forgetRights();
  if (change.role || change.limits !== undefined || change.password || change.active === false) await endSessions(id);
  const [made] = (await madeBy([id])) as [Made];
  const rightsOf = ({ role, active, limits }: Person) => JSON.stringify([role, active, limits]);
  if (rightsOf(before) !== rightsOf(person) && madeInWords(made)) {
    await note({ ...by, action: `what ${person.name} made goes by other rights: ${madeInWords(made)}`, outcome: "ok" });
  }
  return { ...person, made };
}

/** Changes one's own password. Errors: `bad_input` on `current` when the old one does not fit, `throttled` after some of those. */
export async function changeOwnPassword(id: string, current: string, password: string, address: string): Promise<void> {
  const db = await state();
  const [row] = await db.select().from(people).where(eq(people.id, id));
  const { tried } = await throttled(`own:${id}`, address, async () => ({
    tried: (await passwordFits(current, row?.passwordHash, id)) ? ("right" as const) : ("wrong" as const),
  }));
  if (tried === "wrong") throw badInput("current", "is not your password");
  await changePerson(id, { password });
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

/** Makes the admin and the token that the environment names, once. */
export async function addConfiguredAdmin(): Promise<void> {
  const { ADMIN_EMAIL, ADMIN_PASSWORD, ADMIN_API_TOKEN } = config();
  if (ADMIN_EMAIL && ADMIN_PASSWORD && (await needsSetUp())) {
    await setUp({ email: ADMIN_EMAIL, name: ADMIN_EMAIL.split("@")[0] as string, password: ADMIN_PASSWORD });
  }
  if (ADMIN_API_TOKEN) await addConfiguredToken(ADMIN_API_TOKEN);
}
