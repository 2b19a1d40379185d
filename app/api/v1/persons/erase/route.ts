import { json, route, schemas } from "@/lib/http";
import { erasePerson } from "@/lib/privacy";

/** The person is in the body: the journal keeps paths, and must not keep whom it was about. */
export const POST = route({ role: "admin", work: "erasures", query: schemas.noQuery, body: schemas.personQuery }, async ({ body }) =>
  json(await erasePerson(body.person)),
);
