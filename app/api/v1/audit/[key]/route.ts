import { roleFor } from "@/lib/auth";
import { decide } from "@/lib/billing";
import { json, route, schemas } from "@/lib/http";

export const PUT = route(
  { role: roleFor.decide, whole: true, params: schemas.findingPath, query: schemas.noQuery, body: schemas.decisionBody },
  async ({ params, body, principal }) => {
    await decide(params.key, body, principal.name);
    return json({ key: params.key, ...body });
  },
);
