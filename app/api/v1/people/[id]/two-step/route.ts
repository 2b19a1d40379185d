import { clearTwoStep } from "@/lib/auth";
import { route, schemas } from "@/lib/http";

export const DELETE = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  await clearTwoStep(params.id);
  return new Response(null, { status: 204 });
});
