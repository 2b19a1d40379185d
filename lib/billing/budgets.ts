import { and, asc, eq } from "drizzle-orm";
import { budgets, state } from "../state";

export interface Budget {
  scope: "all" | "account" | "tag";
  /** The account's id or the tag; empty for everything. */
  name: string;
  /** For a month, in the workspace's currency; a decimal. */
  amount: string;
}

export async function listBudgets(): Promise<Budget[]> {
  const db = await state();
  return db.select({ scope: budgets.scope, name: budgets.name, amount: budgets.amount }).from(budgets).orderBy(asc(budgets.scope), asc(budgets.name));
}

/** Sets a month's budget; an amount of null takes it away. */
export async function setBudget({ scope, name, amount }: Omit<Budget, "amount"> & { amount: string | null }, by: string): Promise<Budget[]> {
  const db = await state();
  if (amount === null) await db.delete(budgets).where(and(eq(budgets.scope, scope), eq(budgets.name, name)));
  else {
    const row = { amount, changedBy: by, changedAt: Date.now() };
    await db
      .insert(budgets)
      .values({ scope, name, ...row })
      .onConflictDoUpdate({ target: [budgets.scope, budgets.name], set: row });
  }
  return listBudgets();
}
