import { lookup } from "node:dns/promises";
import { isPrivateAddress } from "../cdr";
import { config } from "../config";
import { badInput } from "../error";

/** Whether the operator has named a host that may lead into the network: at every port, or with the port at which it may. */
export function isAllowedHost(url: string): boolean {
  const { hostname, port, protocol } = new URL(url);
  const names = [hostname, `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`];
  return config().CDR_ALLOWED_HOSTS.some((allowed) => names.includes(allowed));
}

/** Refuses a URL whose host is, or resolves to, an address inside the network, unless the operator allowed it. */
export async function checkHost(url: string, field = "baseUrl"): Promise<void> {
  const { hostname, protocol, username, password } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") throw badInput(field, "must be an http or https URL");
  if (username || password) throw badInput(field, "must not hold a user name or password");
  if (isAllowedHost(url)) return;
  const bare = hostname.replace(/^\[|\]$/g, "");
  const addresses = await lookup(bare, { all: true }).catch(() => []);
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw badInput(field, `the host ${hostname} resolves to a private, loopback or link-local address; CDR_ALLOWED_HOSTS can allow it`);
  }
}
