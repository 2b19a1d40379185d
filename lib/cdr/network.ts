import ipaddr from "ipaddr.js";

const plainIpv4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/;

/** The /24 of an IPv4 address or the /48 of an IPv6 address, as `a.b.c.0/24` or `x:y:z::/48`; null for anything else. */
export function networkOf(ip: string | null): string | null {
  if (ip === null) return null;
  const v4 = plainIpv4.exec(ip);
  if (v4) return Number(v4[1]) < 256 && Number(v4[2]) < 256 && Number(v4[3]) < 256 ? `${v4[1]}.${v4[2]}.${v4[3]}.0/24` : null;
  if (!ip.includes(":") || !ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return networkOf(address.toString());
  const parts = (address as ipaddr.IPv6).parts.slice(0, 3).map((part) => part.toString(16));
  return `${parts.join(":")}::/48`;
}
