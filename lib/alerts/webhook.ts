import { createHmac, randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import { isAllowedHost } from "../accounts";
import { CdrFault, checkLiteral, publicLookup } from "../cdr";
import { messageOf } from "../error";
import { log } from "../log";

/** A secret as receivers know it: `whsec_` and base64, of the Standard Webhooks form. */
export const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

/** The signature of a message: HMAC-SHA256 over its id, the time in seconds and the body, joined by dots. */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}

const patienceMs = 10_000;

/**
 * Posts a message, signed by the Standard Webhooks form, so that receivers can check it with an existing library. The id stays
 * the same when it is sent again. Throws what went wrong, by its kind; a receiver has ten seconds, and no redirect is followed.
 */
export async function post(url: string, secret: string, id: string, message: object): Promise<void> {
  const status = await statusOf(url, secret, id, message).catch((error: unknown) => {
    // Whoever may add alerts could read the operator's network from the words of resolvers and sockets.
    log().warn({ message: id, error: messageOf(error) }, "webhook not delivered");
    throw new Error(kindOf(error));
  });
  if (status < 200 || status > 299) throw new Error(`The receiver answered with ${status}.`);
}

function kindOf(error: unknown): string {
  const { name, code = "", cause } = error as { name?: string; code?: string; cause?: unknown };
  if (error instanceof CdrFault || cause instanceof CdrFault) return "The receiver's address lies inside the network. CDR_ALLOWED_HOSTS can allow it.";
  if (name === "TimeoutError" || /TIMEOUT/.test(code)) return `The receiver did not answer within ${patienceMs / 1_000} seconds.`;
  return "The receiver could not be reached.";
}

/** The HTTP status of the receiver's answer. */
async function statusOf(url: string, secret: string, id: string, message: object): Promise<number> {
  const isTrusted = isAllowedHost(url);
  // Looked up at every connection, so that a name that leads into the network later is refused too.
  if (!isTrusted) checkLiteral(new URL(url).hostname);
  const agent = new Agent({ connect: { timeout: patienceMs, ...(isTrusted ? {} : { lookup: publicLookup }) } });
  const body = JSON.stringify(message);
  const seconds = Math.floor(Date.now() / 1000);
  try {
    const { statusCode, body: answer } = await request(url, {
      method: "POST",
      dispatcher: agent,
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": signature(secret, id, seconds, body),
      },
      body,
    });
    await answer.dump();
    return statusCode;
  } finally {
    await agent.destroy();
  }
}
