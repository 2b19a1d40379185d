import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { queue } from "../queue";

const scrypt = promisify(scryptCallback) as (password: string, salt: Buffer, length: number, options: object) => Promise<Buffer>;
/** OWASP's first choice of scrypt cost: N = 2^17, r = 8, p = 1 (128 MB a try). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** One at a time: each takes 128 MB, and whoever tries many passwords at once must not take that many times as much. Error: `busy`. */
const hashOf = (password: string, salt: Buffer, owner: string): Promise<Buffer> =>
  queue("passwords").run(owner, () => scrypt(password.normalize("NFKC"), salt, 32, cost));

/** Owners of hashes: all who may set a password, and all who do not exist. */
const [somebody, nobody] = ["somebody", "nobody"];

/** A password's scrypt hash with its salt, as text. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await hashOf(password, salt, somebody);
  return `scrypt.${salt.toString("base64url")}.${hash.toString("base64url")}`;
}

const decoy = `scrypt.${Buffer.alloc(16).toString("base64url")}.${Buffer.alloc(32).toString("base64url")}`;

/**
 * Whether a password fits. Without a hash it takes as long and says no, so that time tells nobody whether a person exists.
 * Hashes wait in turns by their owner: all who do not exist share one, so that made-up names keep nobody waiting.
 */
export async function passwordFits(password: string, stored: string | null | undefined, owner: string): Promise<boolean> {
  const [, salt, hash] = (stored ?? decoy).split(".").map((part) => Buffer.from(part, "base64url"));
  const tried = await hashOf(password, salt as Buffer, stored ? owner : nobody);
  return timingSafeEqual(tried, hash as Buffer) && Boolean(stored);
}
