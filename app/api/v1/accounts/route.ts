import { addAccount, listAccounts } from "@/lib/accounts";
import { json, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", query: schemas.noQuery }, async () => json({ rows: await listAccounts() }));

export const POST = route({ role: "admin", query: schemas.noQuery, body: schemas.accountBody }, async ({ body }) => json(await addAccount(body), 201));
