import { type Account, allAccounts, importedAccount } from "../accounts";
import { AppError } from "../error";
import { isLimited, type Scope } from "../scope";
import { type Counting, warehouse } from "../warehouse";

/** The accounts that a view is of, and which of their calls count. */
export interface AccountChoice {
  /** Ids of the accounts that the figures are of. */
  ids: string[];
  /** Those that are loaded from: whether the figures are whole rests on them. */
  loaded: string[];
  /** Those that were removed, and left calls. */
  removed: { id: string; name: string }[];
  /** Ids that calls are filtered by; undefined where those of all count. */
  filter: string[] | undefined;
  counting: Counting;
}

const isThere = ({ removedAt }: Account) => removedAt === null;

/** Every account, where none has calls of another. */
export const everyAccount: AccountChoice = {
  ids: [],
  loaded: [],
  removed: [],
  filter: undefined,
  counting: { accounts: undefined, marks: { withdrawn: false, doubled: false }, withoutWithdrawn: [], withDoubled: [] },
};

/** The accounts that a scope lets see. */
export async function accountsOf(scope: Scope): Promise<Account[]> {
  return (await allOf(scope)).filter(isThere);
}

async function allOf({ limits }: Scope): Promise<Account[]> {
  const all = await allAccounts();
  return limits.accounts ? all.filter(({ id }) => limits.accounts?.includes(id)) : all;
}

/** The accounts of a scope that a view names, by id or name; several names in one, separated by commas, where none is that. Error: `not_found`. */
async function namedOf(names: string[], all: Account[], scope: Scope): Promise<Pick<Account, "id" | "name">[]> {
  const imported = scope.limits.accounts?.includes(importedAccount.id) === false ? [] : [importedAccount];
  // One that is there comes before a removed one of the same name.
  const known = [...all.filter(isThere), ...all.filter((account) => !isThere(account)), ...imported];
  const find = (name: string) => known.find(({ id }) => id === name) ?? known.find((account) => account.name === name);
  const found = names.flatMap((name) => {
    const whole = find(name);
    return whole ? [whole] : name.split(",").map((part) => find(part.trim()) ?? part);
  });
  for (const one of found) if (typeof one === "string") throw new AppError("not_found", `There is no account "${one}".`);
  return found as Pick<Account, "id" | "name">[];
}

/** The accounts of a view, by id or name; undefined means all. Error: `not_found`. */
export async function resolveAccounts(named: string[] | undefined, scope: Scope): Promise<AccountChoice> {
  const store = await warehouse();
  const [all, held, marks] = await Promise.all([allOf(scope), store.heldAccounts(), store.marks()]);
  const holds = (id: string) => held.some((account) => account.id === id && account.calls > 0);
  const kept = all.filter((account) => isThere(account) || (account.counted && holds(account.id)));
  const isOpen = scope.limits.accounts === undefined;
  const chosen = named ? await namedOf(named, all, scope) : [...kept, ...(isOpen && holds(importedAccount.id) ? [importedAccount] : [])];
  const ids = [...new Set(chosen.map(({ id }) => id))];
  const left = ids.filter((id) => id !== importedAccount.id);
  const there = ids.filter((id) => all.some((account) => account.id === id && isThere(account)));
  const isAll = !named && kept.length === all.filter((account) => isThere(account) || holds(account.id)).length;
  return {
    ids,
    // What was removed cannot be loaded any more. Where nothing else is, its own days say how whole the figures are.
    loaded: [there, left, ids].find((some) => some.length > 0) ?? [],
    removed: all.filter((account) => !isThere(account) && ids.includes(account.id)).map(({ id, name }) => ({ id, name })),
    filter: isAll ? undefined : ids,
    counting: {
      accounts: isAll && isOpen ? undefined : ids,
      marks,
      withoutWithdrawn: all.filter(({ countsWithdrawn }) => !countsWithdrawn).map(({ id }) => id),
      withDoubled: all.filter(({ countsDoubled }) => countsDoubled).map(({ id }) => id),
    },
  };
}

/** A removed account whose calls are held. */
export interface RemovedAccount {
  id: string;
  name: string;
  removedAt: number;
  calls: number;
  counted: boolean;
}

/** Calls that two accounts both have. */
export interface AccountOverlap {
  /** Under which they count where both are looked at; ids and names. */
  counted: { id: string; name: string };
  other: { id: string; name: string };
  calls: number;
  /** Whether somebody has said that they count under both. */
  countBoth: boolean;
}

export interface AccountsAnswer {
  rows: (Account & { calls: number | null })[];
  /** Empty for whoever sees a part of the calls; so are the overlaps, and how many calls there are. */
  removed: RemovedAccount[];
  overlaps: AccountOverlap[];
}

/** The accounts that a scope lets see, with what is held of each. */
export async function accountsAnswer(scope: Scope): Promise<AccountsAnswer> {
  const all = await allOf(scope);
  const there = all.filter(isThere);
  if (isLimited(scope)) return { rows: there.map((account) => ({ ...account, calls: null })), removed: [], overlaps: [] };
  const store = await warehouse();
  const [held, overlaps] = await Promise.all([store.heldAccounts(), store.overlaps()]);
  const calls = new Map(held.map((account) => [account.id, account.calls]));
  const named = (id: string) => ({ id, name: [...all, importedAccount].find((account) => account.id === id)?.name ?? id });
  return {
    rows: there.map((account) => ({ ...account, calls: calls.get(account.id) ?? 0 })),
    removed: all.flatMap(({ id, name, removedAt, counted }) => (removedAt === null ? [] : [{ id, name, removedAt, counted, calls: calls.get(id) ?? 0 }])),
    overlaps: overlaps.map(({ counted, other, calls }) => ({
      counted: named(counted),
      other: named(other),
      calls,
      countBoth: all.some((account) => account.id === other && account.countsDoubled),
    })),
  };
}
