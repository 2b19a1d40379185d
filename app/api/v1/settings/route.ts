import { json, route, schemas } from "@/lib/http";
import { readSettings, workspaceSettings, writeSettings } from "@/lib/state";

export const GET = route({ role: "viewer", query: schemas.noQuery }, async () => json(await readSettings()));

export const PUT = route({ role: "admin", query: schemas.noQuery, body: workspaceSettings }, async ({ body }) => {
  await writeSettings(body);
  return json(await readSettings());
});
