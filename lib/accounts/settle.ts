import { and, eq, isNull, ne } from "drizzle-orm";
import { config, defaultCdrApiUrl } from "../config";
import { log } from "../log";
import { accounts, state } from "../state";
import { seal, unseal } from "../vault";
import { warehouse } from "../warehouse";
import { addAccount, allAccounts, callsHeld, importedAccount, mirrorAccounts, projectOf, trimmed } from "./accounts";
import { repoint } from "./repoint";

/**
 * Brings the accounts of both stores together, at every start: accounts of before get their project, of two that are one
 * project the younger becomes part of the older, and calls whose account the state store does not know get one that was
 * removed, so that they are told of and find their project when it comes back.
 */
export async function settleAccounts(): Promise<void> {
  await identify();
  await adopt();
  await allAccounts.forget();
  await mirrorAccounts();
}

async function identify(): Promise<void> {
  const db = await state();
  const rows = await db
    .select()
    .from(accounts)
    .where(and(isNull(accounts.project), isNull(accounts.removedAt)))
    .orderBy(accounts.createdAt);
  for (const row of rows) {
    const project = projectOf(row);
    const [same] = await db.select().from(accounts).where(eq(accounts.project, project));
    if (!same) await db.update(accounts).set({ project }).where(eq(accounts.id, row.id));
    else await merge(row, same);
  }
}

type Named = Pick<typeof accounts.$inferSelect, "id" | "name">;

/** Makes one account part of another of the same project: its calls first, then what names it. A crash in between is made good by the next start. */
async function merge(from: Named, to: Named): Promise<void> {
  log().warn({ account: from.name, becomes: to.name }, "two accounts are one project; their calls are counted once from now on");
  await (await warehouse()).moveAccount(from.id, to.id);
  await repoint(from, to);
  const db = await state();
  await db.delete(accounts).where(eq(accounts.id, from.id));
}

async function adopt(): Promise<void> {
  const db = await state();
  const known = await db.select().from(accounts);
  const now = Date.now();
  for (const { id, project, name, calls } of await (await warehouse()).heldAccounts()) {
    if (calls === 0 || id === importedAccount.id || known.some((row) => row.id === id)) continue;
    const same = project === null ? undefined : known.find((row) => row.project === project);
    if (same) {
      await merge({ id, name: name ?? id }, same);
      continue;
    }
    const [baseUrl = "", appId = ""] = project?.split(" ", 2) ?? [];
    const shown = name ?? `Account ${id.slice(0, 8)}`;
    log().warn({ account: shown, calls }, "calls are held of an account that is not set up");
    await db.insert(accounts).values({ id, name: shown, baseUrl, appId, project, createdAt: now, updatedAt: now, removedAt: now });
  }
}

/** Makes the account that the environment names. Its host is trusted: the operator set it. */
export async function addConfiguredAccount(): Promise<void> {
  const { CDR_API_URL, CDR_APP_ID, CDR_APP_KEY } = config();
  if (!CDR_APP_ID || !CDR_APP_KEY) return;
  const baseUrl = trimmed(CDR_API_URL ?? defaultCdrApiUrl);
  const project = projectOf({ baseUrl, appId: CDR_APP_ID });
  const db = await state();
  const rows = await db.select().from(accounts).where(isNull(accounts.removedAt)).orderBy(accounts.createdAt);
  const input = { name: "Default", baseUrl, appId: CDR_APP_ID, appKey: CDR_APP_KEY };
  const made = rows.find((row) => row.trustedHost);
  const same = rows.find((row) => row.project === project);
  if (same ? !same.trustedHost : !made && rows.length > 0) return;
  if (!made && !same) {
    await addAccount(input, true);
    return;
  }
  const row = same ?? made;
  if (!row) return;
  const [left] = await db
    .select()
    .from(accounts)
    .where(and(eq(accounts.project, project), ne(accounts.id, row.id)));
  if (!same && (left || (await callsHeld(row.id)) > 0)) {
    // Another project, which may have been here before: what is held stays with the one that it is of.
    if ((await callsHeld(row.id)) === 0) await db.delete(accounts).where(eq(accounts.id, row.id));
    else {
      await db
        .update(accounts)
        .set({ removedAt: Date.now(), appKeyCipher: null, name: `${row.name} (${row.appId})` })
        .where(eq(accounts.id, row.id));
    }
    await allAccounts.forget();
    await addAccount(input, true);
    return;
  }
  // The environment is the operator's last word on the account that it made.
  if (row.baseUrl === baseUrl && row.appId === CDR_APP_ID && keyOf(row) === CDR_APP_KEY) return;
  await db
    .update(accounts)
    .set({ baseUrl, appId: CDR_APP_ID, project, appKeyCipher: seal(CDR_APP_KEY, row.id), updatedAt: Date.now() })
    .where(eq(accounts.id, row.id));
  await allAccounts.forget();
  await mirrorAccounts();
}

function keyOf({ id, appKeyCipher }: typeof accounts.$inferSelect): string | null {
  try {
    return appKeyCipher === null ? null : unseal(appKeyCipher, id);
  } catch {
    return null;
  }
}
