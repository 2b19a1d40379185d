import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { config } from "../config";
import { log } from "../log";
import { once } from "../once";

/** Written by us on every request that comes in, from its socket. What a caller sends under this name is written over. */
const socketHeader = "x-meetledger-socket";
const versionHeader = "x-meetledger-http";

/** Notes where each request comes from, and how: routes see headers and no socket. Called once, before the first request. */
export function noteAddresses(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[socketHeader] = request.socket.remoteAddress ?? "";
    request.headers[versionHeader] = request.httpVersion;
  });
}

/** The version of HTTP by which a request came: `1.0`, `1.1`. */
export const httpVersionOf = (headers: Headers): string | null => headers.get(versionHeader);

/** Networks as a list that addresses are looked up in. Throws for what is neither an address nor a network. */
export function networks(texts: string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits] = text.split("/");
    const family = isIP(address);
    if (family === 0) throw new Error(`"${text}" is no IP address`);
    list.addSubnet(address, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** One way of writing an address: IPv4 as such, where a socket for both families gives it inside IPv6. */
const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");

/** Whoever runs the server may have forgotten to name the proxy: then everybody has one address. */
function warnOnce(address: string): void {
  const warned = once("forwarded-warned", () => new Set<string>());
  if (warned.size >= 10 || warned.has(address)) return;
  warned.add(address);
  log().warn({ address }, "X-Forwarded-For of an address that is not in TRUSTED_PROXIES does not count");
}

/**
 * The caller's address: that of the socket; or, where it is a proxy of TRUSTED_PROXIES, the last one of `X-Forwarded-For`
 * that is no such proxy. Everything further left in that header is the caller's own word.
 */
export function addressOf(headers: Headers | Record<string, unknown>): string {
  const header = (name: "x-forwarded-for" | typeof socketHeader) => String((headers instanceof Headers ? headers.get(name) : headers[name]) ?? "");
  const trusted = once("trusted-proxies", () => networks(config().TRUSTED_PROXIES));
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  let address = plain(header(socketHeader));
  const told = header("x-forwarded-for");
  // Next writes the socket's address there where nobody wrote anything.
  if (told !== "" && plain(told) !== address && isIP(address) !== 0 && !isTrusted(address)) warnOnce(address);
  for (const text of told.split(",").reverse()) {
    const before = plain(text);
    if (isIP(address) === 0 || !isTrusted(address) || isIP(before) === 0) break;
    address = before;
  }
  return isIP(address) === 0 ? "unknown" : address;
}
