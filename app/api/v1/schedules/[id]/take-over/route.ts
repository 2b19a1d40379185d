import { json, route, schemas } from "@/lib/http";
import { takeOverSchedule } from "@/lib/reports";

/** Makes the caller the maker of a schedule whose own has left, or sees a part. */
export const POST = route({ role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await takeOverSchedule(params.id, principal);
  return json({ id: params.id });
});
