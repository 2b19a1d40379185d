import Big from "big.js";
import { DAY_MS, dayNumber } from "../time";
import type { Binder, Dialect } from "../warehouse";
import type { RateCard } from "./cards";

function condition({ validFrom, validTo, conditions }: RateCard, bind: Binder["bind"], dialect: Dialect): string {
  const parts = [`logged_ms >= ${dayNumber(validFrom) * DAY_MS}`];
  if (validTo) parts.push(`logged_ms < ${(dayNumber(validTo) + 1) * DAY_MS}`);
  const { account, app, role, room, tag } = conditions;
  const lists: [column: string, values: string[] | undefined][] = [
    ["account", account],
    ["app_id", app],
    ["role", role],
    ["room_id", room],
    [dialect.roomTag, tag],
  ];
  for (const [column, values] of lists) {
    if (values) parts.push(values.length > 0 ? `${column} IN (${values.map(bind).join(", ")})` : "false");
  }
  if (conditions.sip !== undefined) parts.push(conditions.sip ? "sip" : "NOT sip");
  return parts.join(" AND ");
}

/**
 * What a call costs at the linear rates of the first card that fits it, in sixtieths, as an exact decimal: seconds of screen
 * share or publishing times a rate a minute then need no division. Null for a call that no card fits. Included minutes, tiers,
 * minimum charge and tax belong to a month's invoice, not to a call.
 */
export function costSql(cards: RateCard[], binder: Binder, dialect: Dialect): string {
  const { bind } = binder;
  // As wide as decimals are: the engine would keep a product of two narrow ones narrow, and refuse the whole statement for one call.
  const times = (column: string, rate: string) => `coalesce(${column}, 0) * CAST(${dialect.amount(bind(rate))} AS DECIMAL(38, 6))`;
  const cases = cards.map((card) => {
    const terms = [times("billed_minutes", new Big(card.perMinute).times(60).toFixed())];
    if (!new Big(card.perScreenMinute).eq(0)) terms.push(times("screen_seconds", card.perScreenMinute));
    if (!new Big(card.perPublishedMinute).eq(0)) terms.push(times("published_seconds", card.perPublishedMinute));
    return `WHEN ${condition(card, bind, dialect)} THEN ${terms.join(" + ")}`;
  });
  return cases.length > 0 ? `CASE ${cases.join(" ")} END` : `CAST(NULL AS DECIMAL(38, 12))`;
}

/** The place of a call's card among the given ones, from 0; null where none fits. */
export function cardNumberSql(cards: RateCard[], binder: Binder, dialect: Dialect): string {
  const cases = cards.map((card, index) => `WHEN ${condition(card, binder.bind, dialect)} THEN ${index}`);
  return cases.length > 0 ? `CASE ${cases.join(" ")} END` : "NULL";
}
