import { proxied, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", whole: true, params: schemas.confPath, query: schemas.proxyQuery }, ({ params, query, principal, request }) =>
  proxied({ kind: "conf", ...params }, query.account, principal, request.signal),
);
