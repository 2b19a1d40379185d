import { json, route, schemas } from "@/lib/http";
import { findCall } from "@/lib/metrics";

export const GET = route({ role: "viewer", params: schemas.callPath, query: schemas.callQuery }, async ({ params, query, principal }) =>
  json(await findCall(params.cdrId, query.account, principal.scope)),
);
