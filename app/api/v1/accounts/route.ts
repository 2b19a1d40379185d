import { addAccount } from "@/lib/accounts";
import { changed, json, route, schemas } from "@/lib/http";
import { accountsAnswer } from "@/lib/metrics";

export const GET = route({ role: "viewer", query: schemas.noQuery }, async ({ principal }) => json(await accountsAnswer(principal.scope)));

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.accountBody, told: changed }, async ({ body }) =>
  json(await addAccount(body), 201),
);
