import { addAlert, listAlerts } from "@/lib/alerts";
import { json, route, schemas } from "@/lib/http";
import { canMail } from "@/lib/mail";

export const GET = route({ role: "analyst", whole: true, query: schemas.noQuery }, async () => json({ rows: await listAlerts(), canMail: canMail() }));

export const POST = route({ role: "analyst", whole: true, query: schemas.noQuery, body: schemas.alertBody }, async ({ body, principal }) =>
  json(await addAlert(body, principal), 201),
);
