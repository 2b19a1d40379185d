import { testConnection } from "@/lib/accounts";
import { json, route, schemas } from "@/lib/http";

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.connectionTest }, async ({ body }) => json(await testConnection(body)));
