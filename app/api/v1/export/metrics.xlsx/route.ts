import { exportResponse, metricsExportQuery, metricsXlsx } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";
import { metricsOf } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: metricsExportQuery }, async ({ query: { decimal: _, ...asked }, principal }) =>
  exportResponse(async () => metricsXlsx(metricsOf(asked, await viewDefaults(principal)))),
);
