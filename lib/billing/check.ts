/** What a call's bill rests on. Seconds and minutes as the feed gives them; null where it gives none. */
export interface Billed {
  billed_minutes: number | null;
  connect_seconds: number | null;
}

export type Verdict = "matches" | "over" | "under" | "unbilled" | "unchecked";

export interface BillingCheck {
  verdict: Verdict;
  /** Minutes that the connected time comes to: every begun minute counts. Null without a connected time. */
  expected: number | null;
  /** Billed minus expected; 0 where either is missing. */
  difference: number;
}

/** Holds a call's billed minutes against its connected time: `connect_minutes_cal` is ⌈connect seconds / 60⌉. */
export function checkBilling({ billed_minutes, connect_seconds }: Billed): BillingCheck {
  const expected = connect_seconds === null ? null : Math.ceil(connect_seconds / 60);
  if (billed_minutes === null) return { verdict: "unbilled", expected, difference: 0 };
  if (expected === null) return { verdict: "unchecked", expected, difference: 0 };
  const difference = billed_minutes - expected;
  return { verdict: difference === 0 ? "matches" : difference > 0 ? "over" : "under", expected, difference };
}
