import { changesList, exportResponse, listXlsx } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";
import { changesQuery } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: changesQuery }, async ({ query, principal }) =>
  exportResponse(async () => listXlsx(await changesList(query, await viewDefaults(principal)))),
);
