import { roleFor } from "@/lib/auth";
import { audit, auditQuery } from "@/lib/billing";
import { json, route, viewDefaults } from "@/lib/http";

export const GET = route({ role: roleFor.audit, work: "heavy", query: auditQuery }, async ({ query, principal }) =>
  json(await audit(query, await viewDefaults(principal))),
);
