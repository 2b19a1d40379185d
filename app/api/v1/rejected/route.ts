import { json, route, schemas } from "@/lib/http";
import { listRejected } from "@/lib/metrics";

export const GET = route({ role: "viewer", whole: true, query: schemas.rejectedQuery }, async ({ query, principal }) => {
  const { rows, total } = await listRejected(query.account, query.limit, query.cursor, principal.scope);
  const next = query.cursor + rows.length;
  return json({ rows, total, nextCursor: next < total ? String(next) : null });
});
