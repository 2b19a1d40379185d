import { json, route, schemas } from "@/lib/http";
import { coverageByDay, resolveAccounts } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.coverageQuery }, async ({ query, principal: { scope } }) => {
  const { ids, loaded } = await resolveAccounts(query.account, scope);
  const days = await coverageByDay(loaded, query.from, query.to, ids);
  // How many calls an account has is more than those of one's own rooms.
  const rows = scope.limits.rooms || scope.limits.tags ? days.map((day) => ({ ...day, calls: null, withdrawn: null })) : days;
  return json({ rows, meta: { from: query.from, to: query.to, tz: "UTC", accounts: ids } });
});
