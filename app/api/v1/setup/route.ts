import { addressOf, limitRate, setUp } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

/** Tries of one address. */
const perMinute = 20;

export const POST = route({ role: "public", query: schemas.noQuery, body: schemas.setUpBody }, async ({ body, request }) => {
  limitRate("set-up", addressOf(request.headers), perMinute);
  return json(await setUp(body), 201);
});
