import { hashPassword } from "@/lib/auth";
import { changed, json, route, schemas } from "@/lib/http";
import { addShare, listShares } from "@/lib/sharing";

export const GET = route({ role: "analyst", query: schemas.noQuery }, async ({ principal }) => json({ rows: await listShares(principal) }));

export const POST = route({ role: "analyst", query: schemas.noQuery, body: schemas.shareBody, told: changed }, async ({ body, principal }) => {
  const { password, ...input } = body;
  return json(await addShare({ ...input, passwordHash: password === null ? null : await hashPassword(password) }, principal), 201);
});
