import Big from "big.js";
import type { RateCard } from "./cards";

/** What one card is charged for in a month; decimals as text, seconds as the feed's seconds. */
export interface Usage {
  minutes: string;
  screenSeconds: string;
  publishedSeconds: string;
}

export interface InvoiceLine {
  what: "connect" | "included" | "screen" | "published" | "minimum" | "tax";
  label: string;
  /** Minutes of the line; null where it has none. */
  quantity: string | null;
  /** Price of a minute, or per cent of a tax; null where it has none. */
  rate: string | null;
  /** Rounded half up to the currency's minor unit, once, here. */
  amount: string;
}

export interface Invoice {
  lines: InvoiceLine[];
  /** Without tax. */
  net: string;
  tax: string;
  total: string;
}

/** How many decimals a currency's amounts have. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

type Charged = Pick<
  RateCard,
  "currency" | "perMinute" | "perScreenMinute" | "perPublishedMinute" | "includedMinutes" | "minimumCharge" | "tiers" | "taxName" | "taxPercent"
>;

/** What a month's use of a card comes to. Every line is rounded once; sums are of rounded lines, as on paper. */
export function invoiceOf(card: Charged, usage: Usage): Invoice {
  const digits = minorDigits(card.currency);
  const money = (value: Big) => value.round(digits, Big.roundHalfUp).toFixed(digits);
  const lines: InvoiceLine[] = [];
  const charge = (what: InvoiceLine["what"], label: string, quantity: Big, rate: string) => {
    if (quantity.gt(0)) lines.push({ what, label, quantity: quantity.toFixed(), rate, amount: money(quantity.times(rate)) });
  };
  const minutes = new Big(usage.minutes);
  const included = minutes.lt(card.includedMinutes) ? minutes : new Big(card.includedMinutes);
  if (included.gt(0)) lines.push({ what: "included", label: "Included minutes", quantity: included.toFixed(), rate: "0", amount: money(new Big(0)) });
  for (const { label, quantity, rate } of bands(card, minutes.minus(included))) charge("connect", label, quantity, rate);
  seconds(lines, "screen", "Screen-share minutes", usage.screenSeconds, card.perScreenMinute, money);
  seconds(lines, "published", "Published minutes", usage.publishedSeconds, card.perPublishedMinute, money);
  let net = lines.reduce((sum, { amount }) => sum.plus(amount), new Big(0));
  if (net.lt(card.minimumCharge)) {
    const rest = new Big(money(new Big(card.minimumCharge))).minus(net);
    lines.push({ what: "minimum", label: "Up to the minimum charge", quantity: null, rate: null, amount: money(rest) });
    net = net.plus(rest);
  }
  const tax = new Big(money(net.times(card.taxPercent).div(100)));
  if (tax.gt(0)) lines.push({ what: "tax", label: card.taxName ?? "Tax", quantity: null, rate: card.taxPercent, amount: money(tax) });
  return { lines, net: money(net), tax: money(tax), total: money(net.plus(tax)) };
}

/** Charged minutes cut at the tiers: those above a tier's mark cost its rate, those below it the rate before. */
function bands({ perMinute, tiers }: Charged, minutes: Big): { label: string; quantity: Big; rate: string }[] {
  const marks = [{ above: 0, perMinute }, ...[...tiers].sort((a, b) => a.above - b.above)];
  return marks.map(({ above, perMinute: rate }, index) => {
    const next = marks[index + 1]?.above;
    const top = next !== undefined && minutes.gt(next) ? new Big(next) : minutes;
    const quantity = top.gt(above) ? top.minus(above) : new Big(0);
    return { label: index === 0 ? "Connect minutes" : `Connect minutes above ${above}`, quantity, rate };
  });
}

/** Seconds at a rate a minute: multiplied before they are divided, so that nothing is lost but by the one rounding. */
function seconds(lines: InvoiceLine[], what: "screen" | "published", label: string, used: string, rate: string, money: (value: Big) => string): void {
  const value = new Big(used);
  if (value.eq(0) || new Big(rate).eq(0)) return;
  lines.push({ what, label, quantity: value.div(60).round(2, Big.roundHalfUp).toFixed(), rate, amount: money(value.times(rate).div(60)) });
}
