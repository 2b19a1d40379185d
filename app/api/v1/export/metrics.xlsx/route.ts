import { exportResponse, metricsExportQuery, metricsXlsx } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: metricsExportQuery }, async ({ query, principal }) =>
  exportResponse(await metricsXlsx(query, await viewDefaults(principal))),
);
