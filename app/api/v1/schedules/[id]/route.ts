import { json, route, schemas } from "@/lib/http";
import { changeSchedule, removeSchedule } from "@/lib/reports";

export const PUT = route(
  { role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery, body: schemas.scheduleChange },
  async ({ params, body, principal }) => {
    await changeSchedule(params.id, body, principal);
    return json({ id: params.id });
  },
);

export const DELETE = route({ role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  await removeSchedule(params.id);
  return new Response(null, { status: 204 });
});
