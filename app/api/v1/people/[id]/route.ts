import { changePerson } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

export const PATCH = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.personChange }, async ({ params, body }) =>
  json(await changePerson(params.id, body)),
);
