import { changeAlert, removeAlert } from "@/lib/alerts";
import { json, route, schemas } from "@/lib/http";

const spec = { role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery } as const;

export const PUT = route({ ...spec, body: schemas.alertBody }, async ({ params, body, principal }) => json(await changeAlert(params.id, body, principal)));

export const DELETE = route(spec, async ({ params }) => {
  await removeAlert(params.id);
  return new Response(null, { status: 204 });
});
