import { json, route, schemas } from "@/lib/http";
import { takeOverShare } from "@/lib/sharing";

/** Makes the caller the maker of a link whose own has left, or may not show it any more. */
export const POST = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await takeOverShare(params.id, principal);
  return json({ id: params.id });
});
