import { afterEach, expect, test } from "vitest";
import { forget } from "../once";
import { addressOf } from "./address";

afterEach(() => {
  delete process.env.TRUSTED_PROXIES;
  for (const name of ["config", "trusted-proxies"]) forget(name);
});

const trust = (proxies: string) => {
  process.env.TRUSTED_PROXIES = proxies;
  for (const name of ["config", "trusted-proxies"]) forget(name);
};
const from = (socket: string, forwarded?: string) =>
  addressOf(new Headers({ "x-meetledger-socket": socket, ...(forwarded === undefined ? {} : { "x-forwarded-for": forwarded }) }));

test("the address is the socket's; what a caller says of itself is not believed", () => {
  expect(from("203.0.113.7")).toBe("203.0.113.7");
  expect(from("203.0.113.7", "10.1.2.3")).toBe("203.0.113.7");
  expect(from("::ffff:203.0.113.7", "127.0.0.1 (console) <b>forged</b>")).toBe("203.0.113.7");
  expect(addressOf(new Headers({ "x-forwarded-for": "10.1.2.3" }))).toBe("unknown");
});

test("a trusted proxy says who came to it; what stands before that is the caller's own word", () => {
  trust("127.0.0.1, 10.0.0.0/8, 2001:db8::/32");
  expect(from("127.0.0.1", "203.0.113.7")).toBe("203.0.113.7");
  expect(from("::ffff:127.0.0.1", "198.51.100.1, 203.0.113.7, 10.9.9.9")).toBe("203.0.113.7");
  expect(from("2001:db8::1", "2001:db9::5")).toBe("2001:db9::5");
  // Only proxies: the first of them is where it came from.
  expect(from("127.0.0.1", "10.0.0.1, 10.0.0.2")).toBe("10.0.0.1");
  expect(from("127.0.0.1", "<script>, 203.0.113.7")).toBe("203.0.113.7");
  expect(from("127.0.0.1", "<script>")).toBe("127.0.0.1");
  expect(from("198.51.100.2", "203.0.113.7")).toBe("198.51.100.2");
});

test("what is no address or network is a wrong setting", () => {
  trust("proxy.example.com");
  expect(() => from("127.0.0.1")).toThrow(/Wrong setting\. TRUSTED_PROXIES/);
});
