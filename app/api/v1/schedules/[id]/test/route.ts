import { json, route, schemas, sendingFault } from "@/lib/http";
import { testSchedule } from "@/lib/reports";

export const POST = route(
  { role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery, body: schemas.scheduleTest },
  async ({ params, body }) => {
    await testSchedule(params.id, body.to).catch(sendingFault);
    return json({ sent: true });
  },
);
