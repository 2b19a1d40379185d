import { json, route, viewDefaults } from "@/lib/http";
import { metricsOf, metricsQuery, runMetrics } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: metricsQuery }, async ({ query, principal }) =>
  json(await runMetrics(metricsOf(query, await viewDefaults(principal)))),
);
