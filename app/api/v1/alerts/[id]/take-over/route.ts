import { takeOverAlert } from "@/lib/alerts";
import { json, route, schemas } from "@/lib/http";

/** Makes the caller the maker of an alert whose own has left, or sees a part. */
export const POST = route({ role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await takeOverAlert(params.id, principal);
  return json({ id: params.id });
});
