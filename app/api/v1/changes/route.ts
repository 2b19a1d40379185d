import { json, route, viewDefaults } from "@/lib/http";
import { changesQuery, explainChange } from "@/lib/metrics";

export const GET = route({ role: "viewer", work: "heavy", query: changesQuery }, async ({ query, principal }) =>
  json(await explainChange(query, await viewDefaults(principal))),
);
