import { proxied, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", whole: true, params: schemas.periodPath, query: schemas.proxyQuery }, ({ params, query, principal, request }) =>
  proxied({ kind: "period", ...params }, query.account, principal, request.signal),
);
