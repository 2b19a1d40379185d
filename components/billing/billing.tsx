"use client";

import { clsx } from "clsx";
import { useSearchParams } from "next/navigation";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { Audit } from "./audit";
import { Cost } from "./cost";
import { ExpectedInvoice } from "./expected-invoice";
import { RateCards } from "./rate-cards";
import { Reconcile } from "./reconcile";

const tabs = [
  ["cost", "Cost", Cost],
  ["invoice", "Expected invoice", ExpectedInvoice],
  ["audit", "Audit", Audit],
  ["reconcile", "Reconcile", Reconcile],
  ["rates", "Rate cards", RateCards],
] as const;

/** What the invoice will be, whether it is right, and by which rates. */
export function Billing() {
  const asked = useSearchParams().get("tab");
  const { change } = useView();
  const [name, , Shown] = tabs.find(([one]) => one === asked) ?? tabs[0];
  return (
    <>
      <ReportHead title="Billing" />
      <div role="tablist" aria-label="Billing" className="flex flex-wrap gap-1 border-line border-b">
        {tabs.map(([key, label]) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`tab-${key}`}
            aria-selected={key === name}
            aria-controls="billing-tab"
            className={clsx("-mb-px border-b-2 px-3 py-2 font-medium", key === name ? "border-ink text-ink" : "border-transparent text-soft hover:text-ink")}
            onClick={() => change({ tab: key === "cost" ? null : key, rule: null, state: null })}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="billing-tab" aria-labelledby={`tab-${name}`} className="grid grid-cols-1 gap-3">
        <Shown />
      </div>
    </>
  );
}
