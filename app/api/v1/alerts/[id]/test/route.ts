import { testAlert } from "@/lib/alerts";
import { json, route, schemas, sendingFault } from "@/lib/http";

export const POST = route({ role: "analyst", whole: true, params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  await testAlert(params.id).catch(sendingFault);
  return json({ sent: true });
});
