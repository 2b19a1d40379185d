import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { once } from "../once";
import { turns } from "../turn";

const scrypt = promisify(scryptCallback) as (password: string, salt: Buffer, length: number, options: object) => Promise<Buffer>;
/** OWASP's first choice of scrypt cost: N = 2^17, r = 8, p = 1 (128 MB a try). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** One at a time: each takes 128 MB, and whoever tries many passwords at once must not take that many times as much. */
function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return once("passwords", turns)(() => scrypt(password.normalize("NFKC"), salt, 32, cost));
}

/** A password's scrypt hash with its salt, as text. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await hashOf(password, salt);
  return `scrypt.${salt.toString("base64url")}.${hash.toString("base64url")}`;
}

const decoy = `scrypt.${Buffer.alloc(16).toString("base64url")}.${Buffer.alloc(32).toString("base64url")}`;

/** Whether a password fits. Without a hash it takes as long and says no, so that time tells nobody whether a person exists. */
export async function passwordFits(password: string, stored: string | null | undefined): Promise<boolean> {
  const [, salt, hash] = (stored ?? decoy).split(".").map((part) => Buffer.from(part, "base64url"));
  const tried = await hashOf(password, salt as Buffer);
  return timingSafeEqual(tried, hash as Buffer) && Boolean(stored);
}
