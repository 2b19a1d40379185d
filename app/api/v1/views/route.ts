import { json, route, schemas } from "@/lib/http";
import { addView, listViews } from "@/lib/sharing";

export const GET = route({ role: "viewer", query: schemas.noQuery }, async ({ principal }) => json({ rows: await listViews(principal) }));

export const POST = route({ role: "viewer", query: schemas.noQuery, body: schemas.viewBody }, async ({ body, principal }) =>
  json(await addView(body, principal), 201),
);
