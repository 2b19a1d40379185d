import { listBudgets, setBudget } from "@/lib/billing";
import { json, route, schemas } from "@/lib/http";

export const GET = route({ role: "viewer", whole: true, query: schemas.noQuery }, async () => json({ rows: await listBudgets() }));

export const PUT = route({ role: "analyst", whole: true, query: schemas.noQuery, body: schemas.budgetBody }, async ({ body, principal }) =>
  json({ rows: await setBudget(body, principal.name) }),
);
