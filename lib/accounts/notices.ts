import { randomBytes, timingSafeEqual } from "node:crypto";
import { eq } from "drizzle-orm";
import { digestOf } from "../digest";
import { accounts, state } from "../state";
import { allAccounts, findAccount } from "./accounts";

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
  await allAccounts.forget();
}

/** Whether a secret is an account's for notices. An account that is not there takes as long and says no. */
export async function noticeFits(id: string, secret: string): Promise<boolean> {
  const db = await state();
  const [row] = await db.select({ hash: accounts.notifyHash }).from(accounts).where(eq(accounts.id, id));
  return timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(row?.hash ?? digestOf("no such account"))) && Boolean(row?.hash);
}
