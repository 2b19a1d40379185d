"use client";

import { clsx } from "clsx";
import { useSearchParams } from "next/navigation";
import { useWorkspace } from "../data/workspace";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { Audit } from "./audit";
import { Cost } from "./cost";
import { ExpectedInvoice } from "./expected-invoice";
import { RateCards } from "./rate-cards";
import { Reconcile } from "./reconcile";

/** `whole`: says something of all the calls, and is not for whoever sees a part. */
const allTabs = [
  { key: "cost", label: "Cost", Shown: Cost, whole: false },
  { key: "invoice", label: "Expected invoice", Shown: ExpectedInvoice, whole: true },
  { key: "audit", label: "Audit", Shown: Audit, whole: false },
  { key: "reconcile", label: "Reconcile", Shown: Reconcile, whole: true },
  { key: "rates", label: "Rate cards", Shown: RateCards, whole: true },
] as const;

/** What the invoice will be, whether it is right, and by which rates. */
export function Billing() {
  const asked = useSearchParams().get("tab");
  const { change } = useView();
  const { seesAll } = useWorkspace();
  const tabs = allTabs.filter(({ whole }) => seesAll || !whole);
  const { key: name, Shown } = tabs.find(({ key }) => key === asked) ?? allTabs[0];
  return (
    <>
      <ReportHead title="Billing" />
      <div role="tablist" aria-label="Billing" className="flex flex-wrap gap-1 border-line border-b">
        {tabs.map(({ key, label }) => (
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
