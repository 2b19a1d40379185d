import { json, route, schemas } from "@/lib/http";
import { changeCard, endCard } from "@/lib/rates";

/** A change is a new version; the old one is kept. */
export const PUT = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.rateCardBody }, async ({ params, body, principal }) =>
  json(await changeCard(params.id, body, principal.name)),
);

export const DELETE = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  await endCard(params.id);
  return new Response(null, { status: 204 });
});
