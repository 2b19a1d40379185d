import { findAnyAccount, type LeftCalls, removeAccount } from "../accounts";
import { endLoads } from "./jobs";

/** Ends an account's loads, and removes it. See `removeAccount`. */
export async function endAccount(id: string, calls: LeftCalls, by: string): Promise<void> {
  const account = await findAnyAccount(id);
  await endLoads(account.id, by);
  await removeAccount(account.id, calls);
}
