import { json, route, schemas } from "@/lib/http";
import { addCard, listCards } from "@/lib/rates";

export const GET = route({ role: "viewer", whole: true, query: schemas.noQuery }, async () => json({ rows: await listCards() }));

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.rateCardBody }, async ({ body, principal }) =>
  json(await addCard(body, principal.name), 201),
);
