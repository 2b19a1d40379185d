import Big from "big.js";
import { z } from "zod";
import { type Completeness, completeness, resolveAccounts, viewShape, viewStatement } from "../metrics";
import { cardNumberSql, currentCards, type Invoice, invoiceOf, minorDigits } from "../rates";
import { everything } from "../scope";
import { readSettings } from "../state";
import { Binder, warehouse } from "../warehouse";
import { firstDay, lastDay, month } from "./month";

export const invoiceQuery = z.strictObject({
  month,
  account: viewShape.account,
});

export interface ExpectedInvoice {
  month: string;
  currency: string;
  /** An invoice a rate card, in the order in which cards are tried. */
  cards: ({ id: string; version: number; name: string } & Invoice)[];
  net: string;
  tax: string;
  total: string;
  /** Minutes of calls that no card fits: they are in no line. */
  withoutRate: { calls: number; minutes: string };
  /** Calls without a billing figure: they add nothing. */
  withoutBilling: number;
  meta: Completeness & { accounts: string[] };
}

/** What a month's invoice should say, line by line. */
export async function expectedInvoice(input: z.output<typeof invoiceQuery>): Promise<ExpectedInvoice> {
  const [cards, { currency }, accounts, store] = await Promise.all([currentCards(), readSettings(), resolveAccounts(input.account, everything), warehouse()]);
  const view = {
    from: firstDay(input.month),
    to: lastDay(input.month),
    tz: "UTC",
    basis: "logged",
    account: input.account,
    user: undefined,
    filters: {},
    scope: everything,
  } as const;
  const { dialect } = store;
  const binder = new Binder(dialect);
  const card = cardNumberSql(cards, binder, dialect);
  const inner = viewStatement(dialect, view, accounts, `${card} AS card, billed_minutes, screen_seconds, published_seconds`, "", binder).sql;
  const exact = (column: string) => `${dialect.exact(`coalesce(sum(${column}), 0)`)} AS ${column}`;
  const rows = await store.query<{
    card: number | null;
    calls: number;
    unbilled: number;
    billed_minutes: string;
    screen_seconds: string;
    published_seconds: string;
  }>(
    binder.statement(
      `SELECT card, ${dialect.double("count(*)")} AS calls, ${dialect.double("count(*) - count(billed_minutes)")} AS unbilled,
         ${exact("billed_minutes")}, ${exact("screen_seconds")}, ${exact("published_seconds")} FROM (${inner}) placed GROUP BY card`,
    ),
  );
  const none = { calls: 0, billed_minutes: "0", screen_seconds: "0", published_seconds: "0" };
  const invoices = cards.map((one, index) => {
    const used = rows.find((row) => row.card === index) ?? none;
    const invoice = invoiceOf(one, { minutes: used.billed_minutes, screenSeconds: used.screen_seconds, publishedSeconds: used.published_seconds });
    return {
      id: one.id,
      version: one.version,
      name: one.name,
      isInForce: one.validFrom <= view.to && (one.validTo === null || one.validTo >= view.from),
      ...invoice,
    };
  });
  const shown = invoices.filter(({ isInForce }) => isInForce).map(({ isInForce: _, ...invoice }) => invoice);
  const sum = (name: "net" | "tax" | "total") => shown.reduce((all, invoice) => all.plus(invoice[name]), new Big(0)).toFixed(minorDigits(currency));
  const loose = rows.find((row) => row.card === null);
  return {
    month: input.month,
    currency,
    cards: shown,
    net: sum("net"),
    tax: sum("tax"),
    total: sum("total"),
    withoutRate: { calls: loose?.calls ?? 0, minutes: new Big(loose?.billed_minutes ?? 0).toFixed() },
    withoutBilling: rows.reduce((all, { unbilled }) => all + unbilled, 0),
    meta: { ...(await completeness(accounts.loaded, view, "logged")), accounts: accounts.ids },
  };
}
