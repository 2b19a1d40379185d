import { json, route, schemas } from "@/lib/http";
import { findPersons } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.searchQuery }, async ({ query, principal }) =>
  json({ rows: await findPersons(query.q, query.limit, principal.scope) }),
);
