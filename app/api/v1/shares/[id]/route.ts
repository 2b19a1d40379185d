import { json, route, schemas } from "@/lib/http";
import { revokeShare } from "@/lib/sharing";

/** Takes a link back, at once. */
export const DELETE = route({ role: "analyst", params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await revokeShare(params.id, principal);
  return json({ id: params.id });
});
