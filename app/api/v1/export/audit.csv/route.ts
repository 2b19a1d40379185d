import { auditCsv, auditExportQuery, exportResponse } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: auditExportQuery }, async ({ query, principal }) =>
  exportResponse(async () => auditCsv(query, await viewDefaults(principal))),
);
