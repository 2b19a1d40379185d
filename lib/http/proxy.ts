import { clientOfAccount, findAccount } from "../accounts";
import { limitRate, type Principal } from "../auth";
import { CdrFault, type CdrQuestion, maskedJson, type ReadRecord, retrying } from "../cdr";

/** Requests a minute that one caller may put through to the CDR API. */
const perMinute = 60;

/**
 * The CDR API's answer to a question with an account's stored credentials, record by record as it comes. A failure before
 * the first record is a problem; one in the middle breaks the connection off, so that nobody takes a part for the whole.
 */
export async function proxied(question: CdrQuestion, account: string | undefined, principal: Principal, signal: AbortSignal): Promise<Response> {
  limitRate("proxy", `${principal.kind}:${principal.id}`, perMinute);
  const client = await clientOfAccount((await findAccount(account)).id);
  const batches = await retrying(() => client.open(question, signal), signal);
  let sent = false;
  const told = ({ text, isPlain, reason }: ReadRecord): Uint8Array => {
    const json = isPlain && !principal.scope.masked ? "" : Buffer.from(text).toString("utf8");
    // Passed on, it would make the whole answer no JSON.
    if (reason !== undefined || (!isPlain && !isJson(json))) throw new CdrFault("not_cdr", `The answer holds a record that is ${reason ?? "not JSON"}.`);
    return principal.scope.masked ? encoder.encode(maskedJson(json)) : text;
  };
  const encoder = new TextEncoder();
  const comma = encoder.encode(",");
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode('{"result":"0","cdr":['));
      },
      async pull(controller) {
        const next = await batches.next();
        if (next.done) {
          controller.enqueue(encoder.encode("]}"));
          controller.close();
          return;
        }
        const parts = next.value.flatMap((record, index) => (sent || index > 0 ? [comma, told(record)] : [told(record)]));
        sent ||= next.value.length > 0;
        controller.enqueue(Buffer.concat(parts));
      },
      async cancel() {
        await batches.return();
      },
    },
    { highWaterMark: 4 },
  );
  return new Response(body, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
