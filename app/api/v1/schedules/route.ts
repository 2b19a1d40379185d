import { json, route, schemas } from "@/lib/http";
import { addSchedule, canMail, listSchedules } from "@/lib/reports";

export const GET = route({ role: "analyst", query: schemas.noQuery }, async () => json({ rows: await listSchedules(), canMail: canMail() }));

export const POST = route({ role: "analyst", query: schemas.noQuery, body: schemas.scheduleBody }, async ({ body, principal }) =>
  json(await addSchedule(body, principal.name), 201),
);
