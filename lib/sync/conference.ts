import { clientOfAccount, listAccounts } from "../accounts";
import { CdrFault, retrying } from "../cdr";
import { warehouse } from "../warehouse";

/** Asks the CDR API for one conference of an account and keeps its calls; returns how many came. Errors: those of the CDR API. */
export async function fetchConferenceOf(account: string, conf: string, signal: AbortSignal): Promise<number> {
  const store = await warehouse();
  const client = await clientOfAccount(account);
  const { calls } = await retrying(async () => store.load(account, await client.open({ kind: "conf", conf }, signal)), signal);
  return calls;
}

/**
 * Asks the CDR API for one conference and keeps its calls, account by account until one knows it; returns how many came. Days
 * are not marked as loaded: a conference is not a day. Errors: those of the CDR API, when no account answered.
 */
export async function fetchConference(conf: string, signal: AbortSignal): Promise<number> {
  let fault: CdrFault | null = null;
  let answered = false;
  for (const { id } of await listAccounts()) {
    try {
      const calls = await fetchConferenceOf(id, conf, signal);
      if (calls > 0) return calls;
      answered = true;
    } catch (error) {
      if (!(error instanceof CdrFault)) throw error;
      fault = error;
    }
  }
  if (fault && !answered) throw fault;
  return 0;
}
