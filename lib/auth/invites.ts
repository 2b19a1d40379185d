import { randomBytes, randomUUID } from "node:crypto";
import { and, eq, gt, isNull } from "drizzle-orm";
import { digestOf } from "../digest";
import { AppError } from "../error";
import { invites, people, state } from "../state";
import { note } from "./journal";
import { addPerson, changePerson, type NewPerson, type Person, shown } from "./people";
import { throttled } from "./throttle";

const validMs = 7 * 86_400_000;

export interface Invite {
  person: Person;
  /** The secret of the link `/invite/{token}`: given here and never again. */
  token: string;
  /** ISO. */
  expiresAt: string;
}

/** Makes a link by which a person sets a password: an invitation for a new one, a reset for one who forgot. Earlier links end. Error: `not_found`. */
export async function inviteAgain(personId: string, by: string): Promise<Invite> {
  const db = await state();
  const [person] = await db.select(shown).from(people).where(eq(people.id, personId));
  if (!person) throw new AppError("not_found", "There is no such person.");
  const token = randomBytes(32).toString("base64url");
  const now = Date.now();
  const row = { id: randomUUID(), hash: digestOf(token), personId, createdBy: by, createdAt: now, expiresAt: now + validMs };
  await db.transaction(async (transaction) => {
    await transaction
      .update(invites)
      .set({ usedAt: now })
      .where(and(eq(invites.personId, personId), isNull(invites.usedAt)));
    await transaction.insert(invites).values(row);
  });
  return { person, token, expiresAt: new Date(row.expiresAt).toISOString() };
}

/** Adds a person who has no password yet, and makes their link. Error: `bad_input` on `email`. */
export async function invite(input: NewPerson, by: string): Promise<Invite> {
  return inviteAgain((await addPerson(input)).id, by);
}

/** Whom a link is for; null for one that is unknown, used, ended, or of somebody who may not sign in. */
export async function invited(token: string): Promise<Pick<Person, "id" | "name" | "email"> | null> {
  const db = await state();
  const [row] = await db
    .select({ id: people.id, name: people.name, email: people.email })
    .from(invites)
    .innerJoin(people, eq(people.id, invites.personId))
    .where(and(eq(invites.hash, digestOf(token)), isNull(invites.usedAt), gt(invites.expiresAt, Date.now()), eq(people.active, true)));
  return row ?? null;
}

/** Sets the password that a link is for. The link is used up, and the person's sessions end. Errors: `not_found`, `throttled`. */
export async function acceptInvite(token: string, password: string, address: string): Promise<{ email: string }> {
  const { person } = await throttled(`invite:${address}`, address, async () => {
    const found = await invited(token);
    return { tried: found ? ("right" as const) : ("wrong" as const), person: found };
  });
  const gone = () => new AppError("not_found", "This link is not valid any more. Ask an admin for a new one.");
  if (!person) throw gone();
  const db = await state();
  const taken = await db
    .update(invites)
    .set({ usedAt: Date.now() })
    .where(and(eq(invites.hash, digestOf(token)), isNull(invites.usedAt)))
    .returning({ id: invites.id });
  if (taken.length === 0) throw gone();
  await changePerson(person.id, { password });
  await note({ actor: person.name, action: "password set by link", outcome: "ok", address });
  return { email: person.email };
}
