import { and, eq } from "drizzle-orm";
import type { Limits } from "../scope";
import { alerts, apiTokens, budgets, failedDays, findingDecisions, jobs, notices, people, rateCards, schedules, shares, state, views } from "../state";

interface Named {
  id: string;
  name: string;
}

/** An address's query with another account in the place of one, by id or by name. */
function queryWith(query: string, from: Named, to: Named): string {
  const search = new URLSearchParams(query);
  const named = search.getAll("account");
  if (named.length === 0) return query;
  search.delete("account");
  const changed = named.map((list) =>
    list
      .split(",")
      .map((one) => (one === from.id || one === from.name ? to.id : one))
      .join(","),
  );
  for (const one of changed) search.append("account", one);
  return search.toString();
}

const listWith = (ids: string[], from: string, to: string) => [...new Set(ids.map((id) => (id === from ? to : id)))];

function limitsWith(limits: Limits | null, from: string, to: string): Limits | null {
  return limits?.accounts?.includes(from) ? { ...limits, accounts: listWith(limits.accounts, from, to) } : limits;
}

/** Makes everything that names an account name another: rights, rate cards, budgets, views, links, schedules, alerts, decisions. */
export async function repoint(from: Named, to: Named): Promise<void> {
  const db = await state();
  await db.transaction(async (transaction) => {
    await transaction.update(jobs).set({ account: to.id }).where(eq(jobs.account, from.id));
    await transaction.delete(failedDays).where(eq(failedDays.account, from.id));
    await transaction.delete(notices).where(eq(notices.account, from.id));
    for (const table of [people, apiTokens]) {
      for (const { id, limits } of await transaction.select({ id: table.id, limits: table.limits }).from(table)) {
        const changed = limitsWith(limits, from.id, to.id);
        if (changed !== limits) await transaction.update(table).set({ limits: changed }).where(eq(table.id, id));
      }
    }
    for (const table of [views, alerts, schedules]) {
      for (const { id, query } of await transaction.select({ id: table.id, query: table.query }).from(table)) {
        if (query === null) continue;
        const changed = queryWith(query, from, to);
        if (changed !== query) await transaction.update(table).set({ query: changed }).where(eq(table.id, id));
      }
    }
    for (const { id, query, scope } of await transaction.select({ id: shares.id, query: shares.query, scope: shares.scope }).from(shares)) {
      const changed = { query: queryWith(query, from, to), scope: { ...scope, limits: limitsWith(scope.limits, from.id, to.id) ?? {} } };
      await transaction.update(shares).set(changed).where(eq(shares.id, id));
    }
    for (const { id, version, conditions } of await transaction.select().from(rateCards)) {
      if (!conditions.account?.includes(from.id)) continue;
      const changed = { ...conditions, account: listWith(conditions.account, from.id, to.id) };
      await transaction
        .update(rateCards)
        .set({ conditions: changed })
        .where(and(eq(rateCards.id, id), eq(rateCards.version, version)));
    }
    // A budget of the one that stays is the one that somebody goes on looking at.
    const [theirs] = await transaction.select().from(budgets).where(eq(budgets.name, from.id));
    if (theirs) {
      await transaction
        .insert(budgets)
        .values({ ...theirs, name: to.id })
        .onConflictDoNothing();
      await transaction.delete(budgets).where(eq(budgets.name, from.id));
    }
    // A finding is named by its rule, account and call.
    for (const decision of await transaction.select().from(findingDecisions)) {
      const [rule, account, ...call] = decision.key.split(":");
      if (account !== from.id) continue;
      await transaction
        .insert(findingDecisions)
        .values({ ...decision, key: [rule, to.id, ...call].join(":") })
        .onConflictDoNothing();
      await transaction.delete(findingDecisions).where(eq(findingDecisions.key, decision.key));
    }
  });
}
