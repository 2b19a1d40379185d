import { json, route, schemas } from "@/lib/http";
import { find } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.findQuery }, async ({ query, principal }) => json(await find(query.q, query.limit, principal.scope)));
