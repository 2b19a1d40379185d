import { proxied, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", whole: true, params: schemas.roomPath, query: schemas.proxyQuery }, ({ params, query, principal, request }) =>
  proxied({ kind: "room", ...params }, query.account, principal, request.signal),
);
