import { contrastsList, exportResponse, listCsv } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";
import { contrastsQuery } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: contrastsQuery }, async ({ query, principal }) =>
  exportResponse(async () => listCsv(await contrastsList(query, await viewDefaults(principal)))),
);
