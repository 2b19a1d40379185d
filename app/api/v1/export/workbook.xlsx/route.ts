import { exportResponse, workbookQuery, workbookXlsx } from "@/lib/export";
import { route, viewDefaults } from "@/lib/http";

export const GET = route({ role: "viewer", query: workbookQuery }, async ({ query, principal }) =>
  exportResponse(async () => workbookXlsx(query, await viewDefaults(principal))),
);
