import { invite } from "@/lib/auth";
import { json, route, schemas, tellInvite } from "@/lib/http";

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.inviteBody }, async ({ body, principal }) =>
  json(await tellInvite(await invite(body, principal.name)), 201),
);
