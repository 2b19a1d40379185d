import { setUp } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

export const POST = route({ role: "public", query: schemas.noQuery, body: schemas.setUpBody }, async ({ body }) => json(await setUp(body), 201));
