import { json, route, schemas } from "@/lib/http";
import { changeView, removeView, setDefaultView } from "@/lib/sharing";

export const PATCH = route(
  { role: "viewer", params: schemas.idPath, query: schemas.noQuery, body: schemas.viewChange },
  async ({ params, body, principal }) => {
    const { isDefault, ...change } = body;
    if (isDefault !== undefined) await setDefaultView(isDefault ? params.id : null, principal);
    return json(Object.keys(change).length > 0 ? await changeView(params.id, change, principal) : { id: params.id });
  },
);

export const DELETE = route({ role: "viewer", params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await removeView(params.id, principal);
  return new Response(null, { status: 204 });
});
