import { lookup as dnsLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { CdrFault } from "./fault";

/** True for an address that is not of the public internet: private, loopback, link-local, multicast, reserved and the like. */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  // `process` turns IPv4-mapped IPv6 into IPv4, so `::ffff:127.0.0.1` is seen for what it is.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== "unicast") return true;
  // Two old forms that it takes for public: IPv4 within IPv6 (`::127.0.0.1`), and addresses of a site (`fec0::/10`).
  return parsed instanceof ipaddr.IPv6 && (parsed.match(ipaddr.IPv6.parse("::"), 96) || parsed.match(ipaddr.IPv6.parse("fec0::"), 10));
}

function refused(host: string): CdrFault {
  return new CdrFault("refused_address", `The host ${host} is, or resolves to, a private, loopback or link-local address. CDR_ALLOWED_HOSTS can allow it.`);
}

/** A literal address is never looked up, so it is checked by itself. Throws `refused_address`. */
export function checkLiteral(hostname: string): void {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(bare) && isPrivateAddress(bare)) throw refused(hostname);
}

/**
 * A DNS look-up for connecting that refuses names of private addresses. It runs at every connection, so a name that
 * is repointed after the account was saved (DNS rebinding) is refused too.
 */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, "", 0);
    if (addresses.length === 0 || addresses.some(({ address }) => isPrivateAddress(address))) return done(refused(hostname), "", 0);
    if (options.all) return done(null, addresses);
    const first = addresses[0] as { address: string; family: number };
    done(null, first.address, first.family);
  });
};
