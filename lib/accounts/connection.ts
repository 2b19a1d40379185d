import { eq } from "drizzle-orm";
import { CdrClient, type CdrCredentials, CdrFault } from "../cdr";
import { AppError } from "../error";
import { once } from "../once";
import { accounts, state } from "../state";
import { utcDay } from "../time";
import { unseal } from "../vault";
import type { AccountInput } from "./accounts";
import { checkHost, isAllowedHost } from "./hosts";

/** The credentials of an account, for a client. They never leave the server. */
async function credentials(id: string): Promise<CdrCredentials & { version: number }> {
  const db = await state();
  const [row] = await db.select().from(accounts).where(eq(accounts.id, id));
  if (!row?.appKeyCipher) throw new AppError("not_found", "The account is gone.");
  return {
    account: row.name,
    baseUrl: row.baseUrl,
    appId: row.appId,
    appKey: unseal(row.appKeyCipher, row.id),
    trustedHost: row.trustedHost || isAllowedHost(row.baseUrl),
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
    const trustedHost = isAllowedHost(input.baseUrl);
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
