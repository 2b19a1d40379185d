"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { useWorkspace } from "../data/workspace";
import { readView, type ViewState } from "./view";

/** Parameters to set in the address; an empty list or null takes one away. */
export type Change = Record<string, string | string[] | null>;

export function useView(): { view: ViewState; change: (change: Change) => void; hrefWith: (path: string, change?: Change) => string } {
  const search = useSearchParams();
  const path = usePathname();
  const { timeZone, now } = useWorkspace();
  const view = useMemo(() => readView(new URLSearchParams(search.toString()), { timeZone, now }), [search, timeZone, now]);
  const hrefWith = useCallback(
    (target: string, changed: Change = {}) => {
      const next = new URLSearchParams(search.toString());
      for (const [name, value] of Object.entries(changed)) {
        next.delete(name);
        for (const one of value === null ? [] : [value].flat()) next.append(name, one);
      }
      return next.size > 0 ? `${target}?${next}` : target;
    },
    [search],
  );
  // A step in the browser's history without a round trip: Back undoes a filter, and only the panels' queries run.
  const change = useCallback((changed: Change) => window.history.pushState(null, "", hrefWith(path, changed)), [hrefWith, path]);
  return { view, change, hrefWith };
}
