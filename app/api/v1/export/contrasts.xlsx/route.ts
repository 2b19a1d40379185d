import { contrastsList, exportResponse, listXlsx } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";
import { contrastsQuery } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: contrastsQuery }, async ({ query, principal }) =>
  exportResponse(async () => listXlsx(await contrastsList(query, await viewDefaults(principal)))),
);
