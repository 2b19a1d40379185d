import { createHash } from "node:crypto";

/** How a random secret is stored: it cannot be guessed, so a slow hash would add nothing. */
export const digestOf = (secret: string) => createHash("sha256").update(secret).digest("hex");
