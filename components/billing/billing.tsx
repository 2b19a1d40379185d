"use client";

import { clsx } from "clsx";
import { useSearchParams } from "next/navigation";
import { useMayLoad, useWorkspace } from "../data/workspace";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { Audit } from "./audit";
import { Cost } from "./cost";
import { ExpectedInvoice } from "./expected-invoice";
import { RateCards } from "./rate-cards";
import { Reconcile } from "./reconcile";

/** For whom: everybody, `whole` those who see all the calls, `work` analysts and admins among them. */
const allTabs = [
  { key: "cost", label: "Cost", Shown: Cost, of: "all" },
  { key: "invoice", label: "Expected invoice", Shown: ExpectedInvoice, of: "whole" },
  { key: "audit", label: "Audit", Shown: Audit, of: "all" },
  { key: "reconcile", label: "Reconcile", Shown: Reconcile, of: "work" },
  { key: "rates", label: "Rate cards", Shown: RateCards, of: "whole" },
] as const;

/** What the invoice will be, whether it is right, and by which rates. */
export function Billing() {
  const asked = useSearchParams().get("tab");
  const { change } = useView();
  const { seesAll } = useWorkspace();
  const mayWork = useMayLoad();
  const tabs = allTabs.filter(({ of }) => of === "all" || (of === "whole" ? seesAll : mayWork));
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
