import { auditCsv, auditExportQuery, exportResponse } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: auditExportQuery }, async ({ query }) => exportResponse(await auditCsv(query, await viewDefaults())));
