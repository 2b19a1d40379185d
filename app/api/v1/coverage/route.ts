import { json, route, schemas } from "@/lib/http";
import { coverageByDay, resolveAccounts } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.coverageQuery }, async ({ query }) => {
  const { ids } = await resolveAccounts(query.account);
  return json({ rows: await coverageByDay(ids, query.from, query.to), meta: { from: query.from, to: query.to, tz: "UTC", accounts: ids } });
});
