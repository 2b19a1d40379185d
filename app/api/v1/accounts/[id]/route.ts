import { changeAccount, changeCounting } from "@/lib/accounts";
import { changed, json, route, schemas } from "@/lib/http";
import { endAccount } from "@/lib/sync";

export const PUT = route(
  { role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.accountChange, told: changed },
  async ({ params, body }) => json(await changeAccount(params.id, body)),
);

export const PATCH = route(
  { role: "admin", params: schemas.idPath, query: schemas.noQuery, body: schemas.countingChange, told: changed },
  async ({ params, body }) => json(await changeCounting(params.id, body)),
);

export const DELETE = route({ role: "admin", work: "erasures", params: schemas.idPath, query: schemas.removalQuery }, async ({ params, query, principal }) => {
  await endAccount(params.id, query.calls, principal.name);
  return new Response(null, { status: 204 });
});
