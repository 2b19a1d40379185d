import { exportResponse, metricsCsv, metricsExportQuery } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: metricsExportQuery }, async ({ query, principal }) =>
  exportResponse(await metricsCsv(query, await viewDefaults(principal))),
);
