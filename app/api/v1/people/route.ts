import { addPerson, listPeople } from "@/lib/auth";
import { changed, json, route, schemas } from "@/lib/http";

export const GET = route({ role: "admin", query: schemas.noQuery }, async () => json({ rows: await listPeople() }));

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.personBody, told: changed }, async ({ body }) =>
  json(await addPerson(body), 201),
);
