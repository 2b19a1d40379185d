import { proxied, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", params: schemas.roomPath, query: schemas.proxyQuery }, ({ params, query, principal, request }) =>
  proxied({ kind: "room", ...params }, query.account, principal, request.signal),
);
