import { inviteAgain } from "@/lib/auth";
import { json, route, schemas, tellInvite } from "@/lib/http";

/** A new link for somebody who forgot the password, or whose invitation ended. */
export const POST = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) =>
  json(await tellInvite(await inviteAgain(params.id, principal.name)), 201),
);
