import { acceptInvite, addressOf } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

/** Sets the password that a link is for. The link is in the body, where no log and no referrer meets it. */
export const POST = route({ role: "public", query: schemas.noQuery, body: schemas.acceptBody }, async ({ body, request }) =>
  json(await acceptInvite(body.token, body.password, addressOf(request.headers))),
);
