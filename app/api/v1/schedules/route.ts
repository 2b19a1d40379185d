import { json, route, schemas } from "@/lib/http";
import { canMail } from "@/lib/mail";
import { addSchedule, listSchedules } from "@/lib/reports";

export const GET = route({ role: "analyst", whole: true, query: schemas.noQuery }, async () => json({ rows: await listSchedules(), canMail: canMail() }));

export const POST = route({ role: "analyst", whole: true, query: schemas.noQuery, body: schemas.scheduleBody }, async ({ body, principal }) =>
  json(await addSchedule(body, principal), 201),
);
