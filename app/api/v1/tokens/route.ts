import { addToken, listTokens } from "@/lib/auth";
import { changed, json, route, schemas } from "@/lib/http";

export const GET = route({ role: "admin", query: schemas.noQuery }, async () => json({ rows: await listTokens() }));

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.tokenBody, told: changed }, async ({ body, principal }) =>
  json(await addToken(body.name, body.role, body.limits, principal.maker), 201),
);
