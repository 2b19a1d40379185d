"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { createContext, createElement, useCallback, useContext, useMemo } from "react";
import { filterNames } from "@/lib/metrics/dimensions";
import { useWorkspace } from "../data/workspace";
import { pageParams, readView, type ViewState, wholeValues, withFixed } from "./view";

/** Parameters to set in the address; an empty list or null takes one away. */
export type Change = Record<string, string | string[] | null>;

const Fixed = createContext<ViewState["filters"]>({});

/** Filters that a page is about, such as its room: every panel inside has them, and the filter bar does not offer them. */
export function FixedFilters({ value, children }: { value: ViewState["filters"]; children: React.ReactNode }) {
  return createElement(Fixed, { value }, children);
}

export function useFixedFilters(): ViewState["filters"] {
  return useContext(Fixed);
}

export function useView(): { view: ViewState; change: (change: Change) => void; hrefWith: (path: string, change?: Change) => string } {
  const search = useSearchParams();
  const path = usePathname();
  const { timeZone, now } = useWorkspace();
  const fixed = useFixedFilters();
  const view = useMemo(() => withFixed(readView(new URLSearchParams(search.toString()), { timeZone, now }), fixed), [search, timeZone, now, fixed]);
  const hrefWith = useCallback(
    (target: string, changed: Change = {}) => {
      const next = new URLSearchParams(search.toString());
      if (target !== path) for (const name of pageParams) next.delete(name);
      for (const [name, value] of Object.entries(changed)) {
        next.delete(name);
        const values = value === null ? [] : [value].flat();
        for (const one of (filterNames as string[]).includes(name) ? wholeValues(values) : values) next.append(name, one);
      }
      return next.size > 0 ? `${target}?${next}` : target;
    },
    [search, path],
  );
  // A step in the browser's history without a round trip: Back undoes a filter, and only the panels' queries run.
  const change = useCallback((changed: Change) => window.history.pushState(null, "", hrefWith(path, changed)), [hrefWith, path]);
  return { view, change, hrefWith };
}
