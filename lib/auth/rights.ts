import { AppError } from "../error";
import { both, everything, type Limits, limitsInWords, type Scope } from "../scope";
import { kept, people, type Role, readSettings, state } from "../state";

/** Who an installation belongs to: whoever sets its environment. Stands behind the token of the environment, and behind what was made with it. */
export const operator = "operator";

/** Whoever made something, with what they may do and see now. */
export interface Maker {
  id: string;
  name: string;
  role: Role;
  scope: Scope;
  /** False for somebody who was deactivated. */
  active: boolean;
}

const everybody = kept("people", async () => {
  const db = await state();
  const { id, email, name, role, limits, active } = people;
  const rows = await db.select({ id, email, name, role, limits, active }).from(people);
  return { byId: new Map(rows.map((row) => [row.id, row])), byEmail: new Map(rows.map((row) => [row.email, row])) };
});

/** Whether there is a person with this address, in the form in which addresses are kept. */
export const isSomebody = async (email: string) => (await everybody()).byEmail.has(email);

/** After every change to a person. */
export const forgetRights = () => everybody.forget();

/** What a role and its limits let see: an admin everything, a viewer without names unless the settings say otherwise. */
export async function scopeOf(role: Role, limits: Limits | null): Promise<Scope> {
  if (role === "admin") return everything;
  return { limits: limits ?? {}, masked: role === "viewer" && !(await readSettings()).viewersSeeNames };
}

/** The maker of something, by the id that is kept with it. Null where nobody knows any more who it was. */
export async function makerOf(id: string | null): Promise<Maker | null> {
  if (id === operator) return { id, name: "the operator", role: "admin", scope: everything, active: true };
  const person = id === null ? undefined : (await everybody()).byId.get(id);
  return person ? { id: person.id, name: person.name, role: person.role, scope: await scopeOf(person.role, person.limits), active: person.active } : null;
}

/** Why something does not run: its maker is gone. Null where it does. `known` is the name that was kept with it. */
export function whyStopped(maker: Maker | null, known: string): string | null {
  if (!maker) return `Who made it is not known (${known}).`;
  return maker.active ? null : `Its maker ${maker.name} is deactivated.`;
}

/** The same maker where they are there; else `conflict` says why not. */
export async function activeMaker(id: string | null, known: string): Promise<Maker> {
  const maker = await makerOf(id);
  if (maker?.active) return maker;
  throw new AppError("conflict", whyStopped(maker, known) as string);
}

/** What part of the calls something is of because its maker sees no more; in words, null for all of them. */
export function partOf(maker: Maker | null): string | null {
  if (!maker) return null;
  return [limitsInWords(maker.scope), maker.scope.masked && "names hidden"].filter(Boolean).join("; ") || null;
}

/**
 * To whom something goes, put together by what they may see of it: persons of this installation what both they and the maker
 * see, others what the maker sees. Whoever was deactivated is left out.
 */
export async function readersOf(addresses: string[], maker: Pick<Maker, "scope">): Promise<{ scope: Scope; to: string[] }[]> {
  const { byEmail } = await everybody();
  const readers = new Map<string, { scope: Scope; to: string[] }>();
  for (const address of new Set(addresses)) {
    const person = byEmail.get(address.trim().toLowerCase());
    if (person && !person.active) continue;
    const scope = person ? both(maker.scope, await scopeOf(person.role, person.limits)) : maker.scope;
    const key = JSON.stringify(scope);
    readers.set(key, { scope, to: [...(readers.get(key)?.to ?? []), address] });
  }
  return [...readers.values()];
}
