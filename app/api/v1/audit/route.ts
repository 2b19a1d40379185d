import { audit, auditQuery } from "@/lib/billing";
import { json, route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", work: "heavy", query: auditQuery }, async ({ query, principal }) =>
  json(await audit(query, await viewDefaults(principal))),
);
