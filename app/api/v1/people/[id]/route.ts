import { addressOf, changePerson } from "@/lib/auth";
import { changed, json, route, schemas } from "@/lib/http";

export const PATCH = route(
  { role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.personChange, told: changed },
  async ({ params, body, principal, request }) => json(await changePerson(params.id, body, { actor: principal.name, address: addressOf(request.headers) })),
);
