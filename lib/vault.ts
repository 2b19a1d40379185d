import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { config } from "./config";
import { AppError } from "./error";

/** The key is derived, so that any CREDENTIALS_KEY of enough length serves, and other uses of it get other keys. */
function key(): Buffer {
  return Buffer.from(hkdfSync("sha256", config().CREDENTIALS_KEY, "", "meetledger account credentials", 32));
}

/** Encrypts a secret with AES-256-GCM for one owner: an account's id, or a word and an id. Bound to it, so that it cannot be moved to another. */
export function seal(secret: string, owner: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key(), nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return ["v1", nonce.toString("base64url"), cipher.getAuthTag().toString("base64url"), sealed.toString("base64url")].join(".");
}

/** Decrypts what `seal` made. Error: `conflict` when CREDENTIALS_KEY is not the one that it was made with. */
export function unseal(text: string, owner: string): string {
  const [, nonce, tag, sealed] = text.split(".").map((part) => Buffer.from(part, "base64url"));
  try {
    const decipher = createDecipheriv("aes-256-gcm", key(), nonce as Buffer).setAAD(Buffer.from(owner));
    decipher.setAuthTag(tag as Buffer);
    return Buffer.concat([decipher.update(sealed as Buffer), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new AppError("conflict", "A stored secret cannot be read: CREDENTIALS_KEY has changed. Enter the secret again.", { cause: error });
  }
}
