import { lookup } from "node:dns/promises";
import { isPrivateAddress } from "../cdr";
import { config } from "../config";
import { badInput } from "../error";

/** What is addressed: a CDR API, which may be at any port of a host that is allowed, or a webhook, which whoever may add alerts writes down. */
export type Addressed = "api" | "webhook";

/** Whether the operator has named a host that may lead into the network. A webhook may go to its usual port, and to one that is named with it. */
export function isAllowedHost(url: string, what: Addressed = "api"): boolean {
  const { hostname, host, port, protocol } = new URL(url);
  const usual = port === "" ? [hostname, `${hostname}:${protocol === "https:" ? 443 : 80}`] : [];
  const names = [host, ...usual, ...(what === "api" ? [hostname] : [])];
  return config().CDR_ALLOWED_HOSTS.some((allowed) => names.includes(allowed));
}

/** Refuses a URL whose host is, or resolves to, an address inside the network, unless the operator allowed it. */
export async function checkHost(url: string, field = "baseUrl", what: Addressed = "api"): Promise<void> {
  const { hostname, protocol, username, password } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") throw badInput(field, "must be an http or https URL");
  if (username || password) throw badInput(field, "must not hold a user name or password");
  if (isAllowedHost(url, what)) return;
  const bare = hostname.replace(/^\[|\]$/g, "");
  const addresses = await lookup(bare, { all: true }).catch(() => []);
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw badInput(
      field,
      `the host ${hostname} resolves to a private, loopback or link-local address; CDR_ALLOWED_HOSTS can allow it${what === "webhook" ? ", with its port" : ""}`,
    );
  }
}
