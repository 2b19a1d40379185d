import { json, route, viewDefaults } from "@/lib/http";
import { callsQuery, listCalls } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: callsQuery }, async ({ query, principal }) => json(await listCalls(query, await viewDefaults(principal))));
