import { forecast, forecastQuery } from "@/lib/billing";
import { json, route } from "@/lib/http";

export const GET = route({ role: "viewer", query: forecastQuery }, async ({ query, principal }) => json(await forecast(query, Date.now(), principal.scope)));
