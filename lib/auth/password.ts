import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { AppError } from "../error";
import { once } from "../once";
import { turns } from "../turn";

const scrypt = promisify(scryptCallback) as (password: string, salt: Buffer, length: number, options: object) => Promise<Buffer>;
/** OWASP's first choice of scrypt cost: N = 2^17, r = 8, p = 1 (128 MB a try). */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** How many may wait. Who comes later would wait for longer than anybody does. */
const mostWaiting = 20;

/** One at a time: each takes 128 MB, and whoever tries many passwords at once must not take that many times as much. Error: `busy`. */
async function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  const queue = once("passwords", () => ({ inTurn: turns(), waiting: 0 }));
  if (queue.waiting >= mostWaiting) throw new AppError("busy", "Too many sign in at once. Try again in a moment.", { retryAfterSeconds: 5 });
  queue.waiting++;
  try {
    return await queue.inTurn(() => scrypt(password.normalize("NFKC"), salt, 32, cost));
  } finally {
    queue.waiting--;
  }
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
