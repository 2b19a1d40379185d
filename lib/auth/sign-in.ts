import { and, eq, isNull, or, sql } from "drizzle-orm";
import { AppError, clean } from "../error";
import { log } from "../log";
import { people, type Role, state } from "../state";
import { note } from "./journal";
import { passwordFits } from "./password";
import { addPerson, changePerson, emailKey, type Person, shown } from "./people";
import { isSomebody } from "./rights";
import { openSession } from "./sessions";
import { rememberPlace, throttled } from "./throttle";
import { codeFits } from "./two-step";

export type SignedIn = { tried: "right"; person: Person; sessionId: string } | { tried: "wrong" } | { tried: "open" };

/**
 * Checks a sign-in and opens a session. `open`: the password is right and a code is needed. Wrong passwords and wrong codes are
 * counted together. Error: `throttled`.
 */
export async function signIn(email: string, password: string, code: string, address: string): Promise<SignedIn> {
  // No address holds a character that cannot be stored.
  const key = emailKey(clean(email));
  const check = async (): Promise<SignedIn> => {
    const db = await state();
    const [row] = await db.select().from(people).where(eq(people.email, key));
    const fits = await passwordFits(password, row?.passwordHash, `${key} ${address}`);
    if (!fits || !row?.active) return refused(key, address);
    if (row.totpSince !== null) {
      if (code === "") return { tried: "open" };
      if (!(await codeFits(row, code))) return refused(key, address);
    }
    await rememberPlace(key, address);
    return accepted(row.id, address);
  };
  return throttled(key, address, check, { isNobody: !(await isSomebody(key)) });
}

async function refused(actor: string, address: string): Promise<SignedIn> {
  await note({ actor, action: "sign-in", outcome: "refused", address });
  return { tried: "wrong" };
}

async function accepted(id: string, address: string): Promise<SignedIn> {
  const db = await state();
  const [person] = await db.select(shown).from(people).where(eq(people.id, id));
  if (!person) return { tried: "wrong" };
  await note({ actor: person.name, action: "sign-in", outcome: "ok", address });
  return { tried: "right", person, sessionId: await openSession(id) };
}

export interface ProviderIdentity {
  /** Issuer and subject: what stays the same when a name or an address changes. */
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string;
  /** By the claim; null when it gives none. */
  role: Role | null;
  /** The provider did not send the claim, because it is too long. */
  isLeftOut?: boolean;
}

/**
 * The person whom the identity provider vouches for: known by its subject, else by an address that it has verified and that
 * nobody of another subject has, else new. The role follows the claim at every sign-in. Null: may not sign in.
 */
export async function personOfProvider({ subject, email, emailVerified, name, role, isLeftOut }: ProviderIdentity): Promise<Person | null> {
  const actor = emailKey(email) || subject;
  const refuse = async (outcome: string) => {
    await note({ actor, action: "sign-in by provider", outcome, address: "provider" });
    log().warn({ outcome }, "sign-in by provider refused");
    return null;
  };
  if (role === null) return refuse(isLeftOut ? "no role: the provider left the claim out, for it has too many values" : "no role");
  if (!email) return refuse("no e-mail");
  const db = await state();
  const byAddress = emailVerified ? and(eq(people.email, emailKey(email)), isNull(people.oidcSubject)) : sql`false`;
  const found = await db
    .select(shown)
    .from(people)
    .where(or(eq(people.oidcSubject, subject), byAddress))
    .orderBy(sql`${people.oidcSubject} IS NULL`);
  const known = found[0];
  if (!known) {
    try {
      return await addPerson({ email, name: name || email, role, limits: null, oidcSubject: subject });
    } catch (error) {
      if (error instanceof AppError) return refuse(`the address belongs to somebody else${emailVerified ? "" : ", and the provider has not verified it"}`);
      throw error;
    }
  }
  if (!known.active) return refuse("not active");
  try {
    // The rules of a change hold here too: the last admin stays one, whatever the claim says.
    const person = known.role === role ? known : await changePerson(known.id, { role });
    await db.update(people).set({ oidcSubject: subject }).where(eq(people.id, known.id));
    await note({ actor: known.name, action: "sign-in by provider", outcome: "ok", address: "provider" });
    return { ...person, signsIn: "provider" };
  } catch (error) {
    if (error instanceof AppError) return refuse("the last admin must stay one");
    throw error;
  }
}
