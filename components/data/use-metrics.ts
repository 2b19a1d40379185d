"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { useView } from "../filters/use-view";
import { type MetricsSpec, metricsPath } from "../filters/view";
import type { Value } from "./format";

export type MetricsRow = Record<string, Value>;

export interface MetricsMeta {
  from: string;
  to: string;
  tz: string;
  basis: string;
  accounts: string[];
  complete: boolean;
  missingDays: string[];
  partialDays: string[];
  unplaced: number;
  refreshedAt: string | null;
  groups: number;
  /** Room names by id, where rooms are among the rows. */
  names: Record<string, string>;
}

export interface MetricsAnswer {
  rows: MetricsRow[];
  totals: MetricsRow;
  previous?: { rows: MetricsRow[]; totals: MetricsRow; meta: MetricsMeta };
  meta: MetricsMeta;
}

/** A panel's figures for the page's view. While the view changes, the last figures stay and `isPlaceholderData` is set. */
export function useMetrics(spec: MetricsSpec) {
  const { view } = useView();
  const path = metricsPath(view, spec);
  return useQuery({ queryKey: ["metrics", path], queryFn: () => fetchJson<MetricsAnswer>(path), placeholderData: keepPreviousData });
}
