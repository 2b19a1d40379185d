import { addressOf, beginTwoStep, confirmTwoStep, endTwoStep } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

const spec = { role: "viewer", query: schemas.noQuery } as const;
const from = (request: Request) => addressOf(request.headers);

/** A new secret for an authenticator app, as text and as the address that its picture holds. */
export const POST = route(spec, async ({ principal }) => json(await beginTwoStep(principal.id)));

/** Switches it on with a first code of the app. */
export const PUT = route({ ...spec, body: schemas.codeBody }, async ({ body, principal, request }) =>
  json(await confirmTwoStep(principal.id, body.code, from(request))),
);

export const DELETE = route({ ...spec, body: schemas.codeBody }, async ({ body, principal, request }) => {
  await endTwoStep(principal.id, body.code, from(request));
  return new Response(null, { status: 204 });
});
