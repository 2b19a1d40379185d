import { callsCsv, callsExportQuery, exportResponse } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: callsExportQuery }, async ({ query, principal }) =>
  exportResponse(async () => callsCsv(query, await viewDefaults(principal))),
);
