"use client";

import { checkBilling } from "@/lib/billing/check";
import type { CallRow } from "../data/calls";
import { useFormat } from "../data/format";
import { Badge } from "../ui/badge";

/** Whether a call's billed minutes match its connected time, in a word. */
export function BillingBadge({ call }: { call: CallRow }) {
  const format = useFormat();
  const { verdict, expected, difference } = checkBilling(call);
  if (verdict === "matches") return <Badge tone="good">matches</Badge>;
  if (verdict === "unbilled") return <Badge tone="warn">no billing figure</Badge>;
  if (verdict === "unchecked") return <Badge>no connected time</Badge>;
  const size = format.figure(Math.abs(difference), "minutes");
  return <Badge tone="bad">{`${difference > 0 ? "+" : "−"}${size} min, expected ${expected}`}</Badge>;
}

export function QualityBadge({ quality }: { quality: CallRow["quality"] }) {
  if (quality === "Bad") return <Badge tone="bad">Bad</Badge>;
  if (quality === "Good") return <Badge tone="good">Good</Badge>;
  return <span className="text-faint">not rated</span>;
}
