import { randomBytes, randomUUID } from "node:crypto";
import { and, desc, eq, isNull } from "drizzle-orm";
import { digestOf } from "../digest";
import { AppError } from "../error";
import type { Limits } from "../scope";
import { apiTokens, kept, type Role, state } from "../state";
import { makerOf, operator, whyStopped } from "./rights";

export interface Token {
  id: string;
  name: string;
  role: Role;
  limits: Limits | null;
  /** The name of whoever made it. */
  owner: string;
  /** Why it is refused: its maker is gone. */
  stopped: string | null;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

export async function listTokens(): Promise<Token[]> {
  const db = await state();
  const rows = await db.select().from(apiTokens).orderBy(desc(apiTokens.createdAt));
  return Promise.all(
    rows.map(async ({ id, name, role, limits, createdBy, createdAt, lastUsedAt, revokedAt }) => {
      const maker = await makerOf(createdBy);
      return {
        id,
        name,
        role,
        limits,
        owner: maker?.name ?? "unknown",
        stopped: whyStopped(maker, "unknown"),
        createdAt: iso(createdAt) as string,
        lastUsedAt: iso(lastUsedAt),
        revokedAt: iso(revokedAt),
      };
    }),
  );
}

/** Makes an API token, whose maker is a person or the operator. The token itself is returned here and never again. */
export async function addToken(name: string, role: Role, limits: Limits | null, createdBy: string): Promise<{ id: string; token: string }> {
  const token = `mlt_${randomBytes(32).toString("base64url")}`;
  const id = randomUUID();
  const db = await state();
  await db.insert(apiTokens).values({ id, name, role, limits, hash: digestOf(token), createdBy, createdAt: Date.now() });
  await validTokens.forget();
  return { id, token };
}

export async function revokeToken(id: string): Promise<void> {
  const db = await state();
  const revoked = await db
    .update(apiTokens)
    .set({ revokedAt: Date.now() })
    .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id });
  await validTokens.forget();
  if (revoked.length === 0) throw new AppError("not_found", "There is no such token, or it was revoked before.");
}

/** Tokens that were not revoked, by their hash. */
const validTokens = kept("tokens", async () => {
  const db = await state();
  const rows = await db.select().from(apiTokens).where(isNull(apiTokens.revokedAt));
  return new Map(rows.map((row) => [row.hash, row]));
});

/** What a token was given, and the id of its maker. */
export type TokenRights = Pick<Token, "id" | "name" | "role" | "limits"> & { maker: string | null };

/** The token that a bearer secret belongs to, or null. Its last use is noted at most once a minute. */
export async function tokenOf(secret: string): Promise<TokenRights | null> {
  const row = (await validTokens()).get(digestOf(secret));
  if (!row) return null;
  const now = Date.now();
  if (now - (row.lastUsedAt ?? 0) > 60_000) {
    row.lastUsedAt = now;
    const db = await state();
    await db.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, row.id));
  }
  return { id: row.id, name: row.name, role: row.role, limits: row.limits, maker: row.createdBy };
}

/** Makes the token that the environment names, once. */
export async function addConfiguredToken(secret: string): Promise<void> {
  const db = await state();
  await db
    .insert(apiTokens)
    .values({ id: randomUUID(), name: "ADMIN_API_TOKEN", role: "admin", hash: digestOf(secret), createdBy: operator, createdAt: Date.now() })
    .onConflictDoNothing();
  await validTokens.forget();
}
