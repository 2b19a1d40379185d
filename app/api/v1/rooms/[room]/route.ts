import { json, route, schemas } from "@/lib/http";
import { roomOf, setLabel } from "@/lib/rooms";

export const GET = route({ role: "viewer", params: schemas.roomPath, query: schemas.noQuery }, async ({ params, principal }) =>
  json(await roomOf(params.room, principal.scope)),
);

export const PUT = route(
  { role: "analyst", whole: true, params: schemas.roomPath, query: schemas.noQuery, body: schemas.labelBody },
  async ({ params, body, principal }) => json(await setLabel(params.room, body, principal.name)),
);
