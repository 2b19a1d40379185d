import { exportResponse, metricsCsv, metricsExportQuery } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";
import { metricsOf } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: metricsExportQuery }, async ({ query: { decimal, ...asked }, principal }) =>
  exportResponse(async () => metricsCsv(metricsOf(asked, await viewDefaults(principal)), { decimal })),
);
