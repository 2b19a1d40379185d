import { json, route, schemas } from "@/lib/http";
import { findRooms } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.searchQuery }, async ({ query, principal }) =>
  json({ rows: await findRooms(query.q, query.limit, principal.scope) }),
);
