import { json, route, schemas } from "@/lib/http";
import { findConferences } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.searchQuery }, async ({ query, principal }) =>
  json({ rows: await findConferences(query.q, query.limit, principal.scope) }),
);
