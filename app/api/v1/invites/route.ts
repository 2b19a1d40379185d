import { invite } from "@/lib/auth";
import { changed, json, route, schemas, tellInvite } from "@/lib/http";

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.inviteBody, told: changed }, async ({ body, principal }) =>
  json(await tellInvite(await invite(body, principal.name)), 201),
);
