"use client";

import { type keepPreviousData, type Query, useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { useView } from "../filters/use-view";
import { comparedParams, type MetricsSpec, metricsPath, viewParams } from "../filters/view";
import type { Value } from "./format";

export type MetricsRow = Record<string, Value>;

export interface MetricsMeta {
  from: string;
  to: string;
  tz: string;
  basis: string;
  accounts: string[];
  /** True when the figures are of the part that one may see. */
  part: boolean;
  complete: boolean;
  missingDays: string[];
  partialDays: string[];
  /** UTC days that have not begun. */
  comingDays: string[];
  /** True when nothing of the period is loaded: its figures are unknown. */
  notLoaded: boolean;
  /** Accounts that were removed and left calls, among those that the figures are of. */
  removed: { id: string; name: string }[];
  /** Calls that a later answer did not have any more, and calls that several accounts have. */
  withdrawn: number;
  doubled: number;
  /** Calls that are dated more than a day from now. */
  ahead: number;
  unplaced: number;
  refreshedAt: string | null;
  groups: number;
  /** Names of rooms and persons by id, where they are among the rows. */
  names: Record<string, string>;
}

export interface MetricsAnswer {
  rows: MetricsRow[];
  totals: MetricsRow;
  previous?: { rows: MetricsRow[]; totals: MetricsRow; meta: MetricsMeta };
  meta: MetricsMeta & { compare?: { by: string; from: string; to: string } };
}

/** What a query asks for, apart from the view: figures of another dimension must not stand under this one's name. */
function questionOf(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://page");
  return [pathname, ...["measures", "measure", "by"].map((name) => searchParams.get(name))].join("\n");
}

/** Keeps the last answer in sight while the view changes, as long as the question is the same. */
function keepSame(path: string): typeof keepPreviousData {
  return (last, query?: Query) => (query && questionOf(String(query.queryKey[1])) === questionOf(path) ? last : undefined);
}

/** A panel's figures for the page's view, asked for only when `enabled`. While the view changes, the last figures stay and `isPlaceholderData` is set. */
export function useMetrics(spec: MetricsSpec, enabled = true) {
  const { view } = useView();
  const path = metricsPath(view, spec);
  return useQuery({ queryKey: ["metrics", path], queryFn: () => fetchJson<MetricsAnswer>(path), placeholderData: keepSame(path), enabled });
}

/** An answer of another route that takes the view's filters, such as `/api/v1/changes`. */
export function useAsk<T>(path: string, params: Record<string, string>, { compare = false } = {}) {
  const { view } = useView();
  const asked = `${path}?${new URLSearchParams(params)}&${compare ? comparedParams(view) : viewParams(view)}`;
  return useQuery({ queryKey: ["metrics", asked], queryFn: () => fetchJson<T>(asked), placeholderData: keepSame(asked) });
}
