import { randomUUID } from "node:crypto";
import { asc, eq, sql } from "drizzle-orm";
import { AppError, badInput } from "../error";
import { accounts, kept, state } from "../state";
import { seal } from "../vault";
import { warehouse } from "../warehouse";
import { checkHost } from "./hosts";

/** An account as anyone may see it. The APP_KEY is not part of it. */
export interface Account {
  id: string;
  name: string;
  baseUrl: string;
  appId: string;
  /** Days after which names, refs, addresses and agents of its calls are purged; null keeps them. */
  retentionDays: number | null;
  /** Whether the CDR service may say that a conference is ready. */
  takesNotices: boolean;
  /** Whether calls that a later answer did not have any more count. */
  countsWithdrawn: boolean;
  /** Whether calls that another account has too count under both. */
  countsDoubled: boolean;
  /** False where figures over all accounts leave out what a removed account left. */
  counted: boolean;
  createdAt: number;
  updatedAt: number;
  /** When it was removed; null for one that is there. */
  removedAt: number | null;
}

export interface AccountInput {
  name: string;
  baseUrl: string;
  appId: string;
  /** Absent when an existing account keeps its key. */
  appKey?: string;
  /** Absent: names are kept, or stay kept as long as before. */
  retentionDays?: number | null;
}

/** Calls that came from files and belong to no account. */
export const importedAccount = { id: "imported", name: "Imported files" };

const visible = {
  id: accounts.id,
  name: accounts.name,
  baseUrl: accounts.baseUrl,
  appId: accounts.appId,
  retentionDays: accounts.retentionDays,
  takesNotices: sql<boolean>`${accounts.notifyHash} IS NOT NULL`,
  countsWithdrawn: accounts.countsWithdrawn,
  countsDoubled: accounts.countsDoubled,
  counted: accounts.counted,
  createdAt: accounts.createdAt,
  updatedAt: accounts.updatedAt,
  removedAt: accounts.removedAt,
};

/** All accounts, also those that were removed and left calls; the oldest first. */
export const allAccounts = kept("accounts", async (): Promise<Account[]> => {
  const db = await state();
  return db.select(visible).from(accounts).orderBy(asc(accounts.createdAt), asc(accounts.id));
});

/** The accounts that there are, the oldest first: it is the default. */
export async function listAccounts(): Promise<Account[]> {
  return (await allAccounts()).filter(({ removedAt }) => removedAt === null);
}

/** One account by its id or name, or the default when none is named. Error: `not_found`. */
export async function findAccount(named: string | undefined): Promise<Account> {
  const all = await listAccounts();
  const found = named === undefined ? all[0] : (all.find(({ id }) => id === named) ?? all.find(({ name }) => name === named));
  if (found) return found;
  if (named === undefined) throw new AppError("not_found", "No account is set up yet. Add one under Accounts & sync.");
  throw new AppError("not_found", `There is no account "${named}".`);
}

/** One account by its id or name, also a removed one. Error: `not_found`. */
export async function findAnyAccount(named: string): Promise<Account> {
  const found = (await allAccounts()).find(({ id }) => id === named);
  return found ?? findAccount(named);
}

/** What an account is: one project at one API. The path of its URL, its name and its key may change. */
export const projectOf = ({ baseUrl, appId }: Pick<AccountInput, "baseUrl" | "appId">) => `${new URL(baseUrl).origin} ${appId}`;

type Stored = typeof accounts.$inferSelect;

async function storedAs(project: string): Promise<Stored | undefined> {
  const db = await state();
  const [row] = await db.select().from(accounts).where(eq(accounts.project, project));
  return row;
}

const thereAlready = (name: string, field: "appId" | "baseUrl") => {
  const message = `this project is there already, as the account "${name}"; its calls would be loaded twice`;
  return new AppError("conflict", `${field}: ${message}`, { errors: { [field]: [message] } });
};

/** Tells the warehouse of the accounts: it finds one again by its project, and knows under which of two a call counts. */
export async function mirrorAccounts(): Promise<void> {
  const db = await state();
  const rows = await db.select().from(accounts).orderBy(asc(accounts.createdAt), asc(accounts.id));
  const ordered = [...rows.filter(({ removedAt }) => removedAt === null), ...rows.filter(({ removedAt }) => removedAt !== null)];
  await (await warehouse()).setAccounts(ordered.map(({ id, project, name }) => ({ id, project, name })));
}

async function changed(id: string): Promise<void> {
  await allAccounts.forget();
  await mirrorAccounts();
  if (!(await allAccounts()).some((account) => account.id === id)) throw new AppError("not_found", "The account is gone.");
}

/**
 * Adds an account. One of a project that was removed comes back under its own id, and so finds its calls. Errors: `conflict` for a
 * project that is there; `bad_input` naming the field.
 */
export async function addAccount(input: AccountInput & { appKey: string }, trustedHost = false): Promise<Account> {
  if (!trustedHost) await checkHost(input.baseUrl);
  const project = projectOf(input);
  const before = await storedAs(project);
  if (before && before.removedAt === null) throw thereAlready(before.name, "appId");
  const id = before?.id ?? randomUUID();
  await checkName(input.name, id);
  const now = Date.now();
  const row = {
    name: input.name,
    baseUrl: trimmed(input.baseUrl),
    appId: input.appId,
    project,
    appKeyCipher: seal(input.appKey, id),
    trustedHost,
    retentionDays: input.retentionDays ?? null,
    counted: true,
    updatedAt: now,
    removedAt: null,
  };
  const db = await state();
  if (before) await db.update(accounts).set(row).where(eq(accounts.id, id));
  else {
    const added = await db
      .insert(accounts)
      .values({ ...row, id, createdAt: now })
      .onConflictDoNothing({ target: accounts.project })
      .returning({ id: accounts.id });
    // Somebody else was adding it too.
    if (added.length === 0) throw thereAlready(input.name, "appId");
  }
  await changed(id);
  return findAccount(id);
}

/** How many calls are held of an account. */
export async function callsHeld(id: string): Promise<number> {
  return (await (await warehouse()).heldAccounts()).find((account) => account.id === id)?.calls ?? 0;
}

/** Another project is another account: calls of the one must not pass for calls of the other. */
async function checkProject(account: Account, input: AccountInput): Promise<string> {
  const project = projectOf(input);
  if (project === projectOf(account)) return project;
  const field = input.appId === account.appId ? "baseUrl" : "appId";
  const other = await storedAs(project);
  if (other?.removedAt === null) throw thereAlready(other.name, field);
  if (other) throw badInput(field, "this project was here before and left calls; add it as an account of its own, and it finds them again");
  const calls = await callsHeld(account.id);
  if (calls > 0) throw badInput(field, `this is another project than the one that the ${calls} calls held are of; add it as an account of its own`);
  return project;
}

/**
 * Changes an account. Its key is only kept while the host stays the same: otherwise whoever edits an account could
 * have its key sent to a host of their own.
 */
export async function changeAccount(id: string, input: AccountInput): Promise<Account> {
  const account = await findAccount(id);
  const sameHost = new URL(account.baseUrl).origin === new URL(input.baseUrl).origin;
  if (!input.appKey && !sameHost) throw badInput("appKey", "must be entered again when the host changes");
  const db = await state();
  const [row] = await db.select().from(accounts).where(eq(accounts.id, account.id));
  const trustedHost = Boolean(row?.trustedHost) && sameHost;
  if (!trustedHost) await checkHost(input.baseUrl);
  await checkName(input.name, account.id);
  const project = await checkProject(account, input);
  await db
    .update(accounts)
    .set({
      name: input.name,
      baseUrl: trimmed(input.baseUrl),
      appId: input.appId,
      project,
      trustedHost,
      ...(input.retentionDays === undefined ? {} : { retentionDays: input.retentionDays }),
      updatedAt: Date.now(),
      ...(input.appKey ? { appKeyCipher: seal(input.appKey, account.id) } : {}),
    })
    .where(eq(accounts.id, account.id));
  await changed(account.id);
  return findAccount(account.id);
}

/** What of an account's calls counts. */
export type CountingRules = Pick<Account, "countsWithdrawn" | "countsDoubled" | "counted">;

/** Changes which calls of an account count, also of a removed one. Error: `not_found`. */
export async function changeCounting(id: string, rules: Partial<CountingRules>): Promise<Account> {
  const account = await findAnyAccount(id);
  if (rules.counted === false && account.removedAt === null) throw badInput("counted", "only calls of a removed account can be kept out");
  const db = await state();
  await db.update(accounts).set(rules).where(eq(accounts.id, account.id));
  await changed(account.id);
  return findAnyAccount(account.id);
}

/** What becomes of the calls of an account that is removed. */
export const leftCalls = ["keep", "take-away"] as const;
export type LeftCalls = (typeof leftCalls)[number];

/**
 * Removes an account and its credentials. Its calls are kept, under its name, until its project comes back; or taken away for
 * good, with their raw records. An account that was removed before can have them taken away. Returns how many calls there were.
 */
export async function removeAccount(id: string, calls: LeftCalls = "keep"): Promise<{ calls: number }> {
  const account = await findAnyAccount(id);
  const db = await state();
  const one = eq(accounts.id, account.id);
  // First nothing can be loaded any more; then what is there can be counted, and taken away.
  await db
    .update(accounts)
    .set({ removedAt: account.removedAt ?? Date.now(), appKeyCipher: null, notifyHash: null, updatedAt: Date.now() })
    .where(one);
  await allAccounts.forget();
  const left = calls === "take-away" ? await (await warehouse()).takeAway(account.id) : await callsHeld(account.id);
  if (calls === "take-away" || left === 0) await db.delete(accounts).where(one);
  await allAccounts.forget();
  await mirrorAccounts();
  return { calls: left };
}

export const trimmed = (url: string) => url.replace(/\/+$/, "");

async function checkName(name: string, id: string): Promise<void> {
  const all = await listAccounts();
  if (all.some((account) => account.name === name && account.id !== id)) throw badInput("name", "another account has this name");
}
