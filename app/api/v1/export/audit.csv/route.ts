import { roleFor } from "@/lib/auth";
import { auditCsv, auditExportQuery, exportResponse } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: roleFor.audit, query: auditExportQuery }, async ({ query, principal }) =>
  exportResponse(async () => auditCsv(query, await viewDefaults(principal))),
);
