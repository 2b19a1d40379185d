import { changeAccount, removeAccount } from "@/lib/accounts";
import { changed, json, route, schemas } from "@/lib/http";

export const PUT = route(
  { role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.accountChange, told: changed },
  async ({ params, body }) => json(await changeAccount(params.id, body)),
);

export const DELETE = route({ role: "admin", params: schemas.idPath, query: schemas.noQuery }, async ({ params }) => {
  await removeAccount(params.id);
  return new Response(null, { status: 204 });
});
