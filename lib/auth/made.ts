import { and, count, gt, isNull, or } from "drizzle-orm";
import { alerts, apiTokens, schedules, shares, state } from "../state";

/** How much of a person's there is that works by their rights: tokens and links that are good, schedules, alerts. */
export interface Made {
  tokens: number;
  links: number;
  schedules: number;
  alerts: number;
}

/** What each maker has made, by id. */
async function everything(): Promise<Map<string | null, Made>> {
  const db = await state();
  const isOpen = and(isNull(shares.revokedAt), or(isNull(shares.expiresAt), gt(shares.expiresAt, Date.now())));
  const [tokens, links, sent, watched] = await Promise.all([
    db.select({ owner: apiTokens.createdBy, n: count() }).from(apiTokens).where(isNull(apiTokens.revokedAt)).groupBy(apiTokens.createdBy),
    db.select({ owner: shares.ownerId, n: count() }).from(shares).where(isOpen).groupBy(shares.ownerId),
    db.select({ owner: schedules.ownerId, n: count() }).from(schedules).groupBy(schedules.ownerId),
    db.select({ owner: alerts.ownerId, n: count() }).from(alerts).groupBy(alerts.ownerId),
  ]);
  const made = new Map<string | null, Made>();
  for (const [what, rows] of Object.entries({ tokens, links, schedules: sent, alerts: watched }))
    for (const { owner, n } of rows) made.set(owner, { ...(made.get(owner) ?? nothing), [what]: n });
  return made;
}

const nothing: Made = { tokens: 0, links: 0, schedules: 0, alerts: 0 };

/** What some people have made, in their order. */
export async function madeBy(ids: string[]): Promise<Made[]> {
  const made = await everything();
  return ids.map((id) => made.get(id) ?? nothing);
}

/** The same in words, such as `2 tokens, 1 link`; empty where there is nothing. */
export function madeInWords(made: Made): string {
  return (Object.entries(made) as [keyof Made, number][])
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${n === 1 ? what.slice(0, -1) : what}`)
    .join(", ");
}
