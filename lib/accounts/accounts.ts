import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { lookup } from "node:dns/promises";
import { asc, eq, sql } from "drizzle-orm";
import { CdrClient, type CdrCredentials, CdrFault, isPrivateAddress } from "../cdr";
import { config, defaultCdrApiUrl } from "../config";
import { digestOf } from "../digest";
import { AppError, badInput } from "../error";
import { once } from "../once";
import { accounts, kept, state } from "../state";
import { utcDay } from "../time";
import { seal, unseal } from "../vault";

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
  createdAt: number;
  updatedAt: number;
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

const visible = {
  id: accounts.id,
  name: accounts.name,
  baseUrl: accounts.baseUrl,
  appId: accounts.appId,
  retentionDays: accounts.retentionDays,
  takesNotices: sql<boolean>`${accounts.notifyHash} IS NOT NULL`,
  createdAt: accounts.createdAt,
  updatedAt: accounts.updatedAt,
};

/** All accounts, the oldest first: it is the default. */
export const listAccounts = kept("accounts", async (): Promise<Account[]> => {
  const db = await state();
  return db.select(visible).from(accounts).orderBy(asc(accounts.createdAt), asc(accounts.id));
});

/** One account by its id or name, or the default when none is named. Error: `not_found`. */
export async function findAccount(named: string | undefined): Promise<Account> {
  const all = await listAccounts();
  const found = named === undefined ? all[0] : all.find((account) => account.id === named || account.name === named);
  if (found) return found;
  if (named === undefined) throw new AppError("not_found", "No account is set up yet. Add one under Accounts & sync.");
  throw new AppError("not_found", `There is no account "${named}".`);
}

/** Adds an account. Errors: `bad_input` naming the field. */
export async function addAccount(input: AccountInput & { appKey: string }, trustedHost = false): Promise<Account> {
  if (!trustedHost) await checkHost(input.baseUrl);
  const db = await state();
  const id = randomUUID();
  const now = Date.now();
  await checkName(input.name, id);
  await db.insert(accounts).values({
    id,
    name: input.name,
    baseUrl: trimmed(input.baseUrl),
    appId: input.appId,
    appKeyCipher: seal(input.appKey, id),
    trustedHost,
    retentionDays: input.retentionDays ?? null,
    createdAt: now,
    updatedAt: now,
  });
  await listAccounts.forget();
  return findAccount(id);
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
  await db
    .update(accounts)
    .set({
      name: input.name,
      baseUrl: trimmed(input.baseUrl),
      appId: input.appId,
      trustedHost,
      ...(input.retentionDays === undefined ? {} : { retentionDays: input.retentionDays }),
      updatedAt: Date.now(),
      ...(input.appKey ? { appKeyCipher: seal(input.appKey, account.id) } : {}),
    })
    .where(eq(accounts.id, account.id));
  await listAccounts.forget();
  return findAccount(account.id);
}

/** Removes an account and its credentials. Its loaded calls stay: they were billed. */
export async function removeAccount(id: string): Promise<void> {
  const account = await findAccount(id);
  const db = await state();
  await db.delete(accounts).where(eq(accounts.id, account.id));
  await listAccounts.forget();
}

const trimmed = (url: string) => url.replace(/\/+$/, "");

async function checkName(name: string, id: string): Promise<void> {
  const all = await listAccounts();
  if (all.some((account) => account.name === name && account.id !== id)) throw badInput("name", "another account has this name");
}

/** Whether the operator has named a host that may lead into the network. */
export function isAllowedHost(hostname: string): boolean {
  return config().CDR_ALLOWED_HOSTS.includes(hostname.toLowerCase());
}

/** Refuses a URL whose host is, or resolves to, an address inside the network, unless the operator allowed it. */
export async function checkHost(baseUrl: string, field = "baseUrl"): Promise<void> {
  const { hostname, protocol, username, password } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:") throw badInput(field, "must be an http or https URL");
  if (username || password) throw badInput(field, "must not hold a user name or password");
  if (isAllowedHost(hostname)) return;
  const bare = hostname.replace(/^\[|\]$/g, "");
  const addresses = await lookup(bare, { all: true }).catch(() => []);
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw badInput(field, `the host ${hostname} resolves to a private, loopback or link-local address; CDR_ALLOWED_HOSTS can allow it`);
  }
}

/** Makes the secret with which the CDR service says that a conference is ready; an earlier one ends. It is given here and never again. */
export async function newNoticeSecret(id: string): Promise<string> {
  const account = await findAccount(id);
  const secret = randomBytes(32).toString("base64url");
  await setNoticeHash(account.id, digestOf(secret));
  return secret;
}

/** Takes no more notices of an account. */
export async function endNotices(id: string): Promise<void> {
  await setNoticeHash((await findAccount(id)).id, null);
}

async function setNoticeHash(id: string, notifyHash: string | null): Promise<void> {
  const db = await state();
  await db.update(accounts).set({ notifyHash }).where(eq(accounts.id, id));
  await listAccounts.forget();
}

/** Whether a secret is an account's for notices. An account that is not there takes as long and says no. */
export async function noticeFits(id: string, secret: string): Promise<boolean> {
  const db = await state();
  const [row] = await db.select({ hash: accounts.notifyHash }).from(accounts).where(eq(accounts.id, id));
  return timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(row?.hash ?? digestOf("no such account"))) && Boolean(row?.hash);
}

/** The credentials of an account, for a client. They never leave the server. */
async function credentials(id: string): Promise<CdrCredentials & { version: number }> {
  const db = await state();
  const [row] = await db.select().from(accounts).where(eq(accounts.id, id));
  if (!row) throw new AppError("not_found", "The account is gone.");
  return {
    account: row.name,
    baseUrl: row.baseUrl,
    appId: row.appId,
    appKey: unseal(row.appKeyCipher, row.id),
    trustedHost: row.trustedHost || isAllowedHost(new URL(row.baseUrl).hostname),
    version: row.updatedAt,
  };
}

/** The client of an account. There is one, so that the cap on simultaneous requests holds; a changed account gets a new one. */
export async function clientOfAccount(id: string): Promise<CdrClient> {
  const clients = once("cdr-clients", () => new Map<string, { version: number; client: CdrClient }>());
  const current = await credentials(id);
  const known = clients.get(id);
  if (known?.version === current.version) return known.client;
  const client = new CdrClient(current);
  clients.set(id, { version: current.version, client });
  return client;
}

export interface ConnectionTest {
  ok: boolean;
  /** Which step failed: `host`, `tls`, `unauthorised`, `forbidden`, `answer`, … */
  kind: CdrFault["kind"] | "ok";
  message: string;
  requestId?: string | null;
}

/** Asks the CDR API for today and says exactly what came. Takes a stored account, or one that is being entered. */
export async function testConnection(input: { id: string } | (AccountInput & { appKey: string })): Promise<ConnectionTest> {
  let client: CdrClient;
  if ("id" in input) client = new CdrClient(await credentials(input.id));
  else {
    await checkHost(input.baseUrl);
    const trustedHost = isAllowedHost(new URL(input.baseUrl).hostname);
    client = new CdrClient({ ...input, account: input.name, trustedHost });
  }
  const today = utcDay(Date.now());
  try {
    let records = 0;
    const batches = await client.open({ kind: "period", from: today, to: today }, AbortSignal.timeout(30_000));
    for await (const batch of batches) {
      records += batch.length;
      if (records > 0) break;
    }
    return { ok: true, kind: "ok", message: records > 0 ? "Connected. The answer holds call records." : "Connected. There are no records for today yet." };
  } catch (error) {
    if (!(error instanceof CdrFault)) throw error;
    const message = error.kind === "cancelled" ? "The CDR API did not answer within 30 seconds." : error.message;
    return { ok: false, kind: error.kind, message, requestId: error.upstream?.request_id };
  } finally {
    await client.close();
  }
}

/** Makes the first account from the environment, once. Its host is trusted: the operator set it. */
export async function addConfiguredAccount(): Promise<void> {
  const { CDR_API_URL, CDR_APP_ID, CDR_APP_KEY } = config();
  if (!CDR_APP_ID || !CDR_APP_KEY) return;
  const all = await listAccounts();
  const baseUrl = trimmed(CDR_API_URL ?? defaultCdrApiUrl);
  const known = all.find((account) => account.name === "Default");
  if (!known && all.length > 0) return;
  if (!known) {
    await addAccount({ name: "Default", baseUrl, appId: CDR_APP_ID, appKey: CDR_APP_KEY }, true);
    return;
  }
  // The environment is the operator's last word on the account that it made.
  const db = await state();
  const [row] = await db.select().from(accounts).where(eq(accounts.id, known.id));
  if (!row?.trustedHost) return;
  let key: string | null = null;
  try {
    key = unseal(row.appKeyCipher, row.id);
  } catch {
    key = null;
  }
  if (row.baseUrl === baseUrl && row.appId === CDR_APP_ID && key === CDR_APP_KEY) return;
  await db
    .update(accounts)
    .set({ baseUrl, appId: CDR_APP_ID, appKeyCipher: seal(CDR_APP_KEY, known.id), updatedAt: Date.now() })
    .where(eq(accounts.id, known.id));
  await listAccounts.forget();
}
