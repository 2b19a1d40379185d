import { preview } from "@/lib/alerts";
import { json, route, schemas } from "@/lib/http";

export const POST = route({ role: "analyst", whole: true, query: schemas.noQuery, body: schemas.alertBody }, async ({ body, principal }) =>
  json(await preview(body, Date.now(), principal.scope)),
);
