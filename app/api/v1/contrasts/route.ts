import { json, route, viewDefaults } from "@/lib/http";
import { contrast, contrastsQuery } from "@/lib/metrics";

export const GET = route({ role: "viewer", work: "heavy", query: contrastsQuery }, async ({ query, principal }) =>
  json(await contrast(query, await viewDefaults(principal))),
);
