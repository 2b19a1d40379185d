import type { DimensionName } from "@/lib/metrics/dimensions";
import { type FilterName, filterNames } from "@/lib/metrics/dimensions";
import type { MeasureName } from "@/lib/metrics/measures";
import { comparedPeriod, defaultPeriod, isDay, isZone, localDay, type Period, readComparison } from "@/lib/time";

/**
 * The filter bar's state, read from the address. Values are taken as they stand: the server checks them, and a page shows
 * what it says. The same names are the API's parameters, so an address carries over to it word for word.
 */
export interface ViewState {
  from: string;
  to: string;
  tz: string;
  basis: string;
  /** With what it is compared, as it stands in the address; `none` for nothing. */
  compare: string;
  account: string[];
  user: string[];
  filters: Partial<Record<FilterName, string[]>>;
}

/** What pages compare with unless the address says otherwise: the days that are alike. */
export const usualComparison = "matched";

/** The days that a view is compared with; null where it is with none, or where its address is no comparison. */
export function comparedDays(view: ViewState): Period | null {
  const comparison = readComparison(view.compare);
  if (comparison === null || !isDay(view.from) || !isDay(view.to) || view.from > view.to) return null;
  return comparedPeriod({ from: view.from, to: view.to, tz: view.tz }, comparison);
}

export function readView(search: URLSearchParams, defaults: { timeZone: string; now: number }): ViewState {
  const tz = search.get("tz") ?? defaults.timeZone;
  const usual = defaultPeriod(localDay(isZone(tz) ? tz : "UTC", defaults.now));
  const from = search.get("from");
  const to = search.get("to");
  const filters: ViewState["filters"] = {};
  for (const name of filterNames) {
    const values = search.getAll(name);
    if (values.length > 0) filters[name] = values;
  }
  return {
    from: from ?? (to && to < usual.from ? to : usual.from),
    to: to ?? (from && from > usual.to ? from : usual.to),
    tz,
    basis: search.get("basis") ?? "logged",
    compare: search.get("compare") ?? usualComparison,
    account: search.getAll("account"),
    user: search.getAll("user"),
    filters,
  };
}

/**
 * A filter's values as an address says them to be taken whole: one that stands alone, and could be read as a list or has blanks
 * at its ends, is said twice.
 */
export function wholeValues(values: string[]): string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined && (only.includes(",") || only !== only.trim()) ? [only, only] : values;
}

/** The values of a filter as people read them: one that is said twice, to be taken whole, is one. */
export const valuesOf = (view: ViewState, name: FilterName): string[] => [...new Set(view.filters[name])];

/** A view narrowed to what a page is about. */
export function withFixed(view: ViewState, fixed: ViewState["filters"]): ViewState {
  if (Object.keys(fixed).length === 0) return view;
  const whole = Object.fromEntries(Object.entries(fixed).map(([name, values]) => [name, wholeValues(values)]));
  return { ...view, filters: { ...view.filters, ...whole } };
}

/** The view's own parameters: the period, the zone, the basis and the filters. */
export function viewParams(view: ViewState): URLSearchParams {
  const query = new URLSearchParams({ from: view.from, to: view.to, tz: view.tz, basis: view.basis });
  for (const account of view.account) query.append("account", account);
  for (const user of view.user) query.append("user", user);
  for (const [name, values] of Object.entries(view.filters)) for (const value of values) query.append(name, value);
  return query;
}

/** What belongs to one page rather than to the view: it is left behind when one goes to another. */
export const pageParams = ["stream", "tab", "month", "rule", "state", "q", "order", "by", "show", "split", "worst", "form", "fields", "sort", "call", "of"];

/** What a panel asks for; the view adds period, zone and filters. */
export interface MetricsSpec {
  measures: readonly MeasureName[];
  by?: readonly DimensionName[];
  order?: string;
  limit?: number | undefined;
  havingCalls?: number;
  /** Ask for the days that the view is compared with too. */
  compare?: boolean;
}

function specParams(spec: MetricsSpec): URLSearchParams {
  const query = new URLSearchParams({ measures: spec.measures.join(",") });
  if (spec.by?.length) query.set("by", spec.by.join(","));
  if (spec.order) query.set("order", spec.order);
  if (spec.limit) query.set("limit", String(spec.limit));
  if (spec.havingCalls) query.set("having_calls", String(spec.havingCalls));
  return query;
}

/** The canonical query of a panel: the address of the API and the key under which its answer is kept. */
export function metricsPath(view: ViewState, spec: MetricsSpec): string {
  return `/api/v1/metrics?${specParams(spec)}${spec.compare ? comparisonParam(view) : ""}&${viewParams(view)}`;
}

const comparisonParam = ({ compare }: ViewState) => (compare === "none" ? "" : `&compare=${encodeURIComponent(compare)}`);

/** The view's own parameters with its comparison, for what compares by itself. */
export const comparedParams = (view: ViewState) => `${viewParams(view)}${comparisonParam(view)}`;

/** Where a panel's figures are taken away as a file: all of them, not only the rows that it shows. */
export function exportPath(file: "metrics.csv" | "metrics.xlsx", view: ViewState, spec: MetricsSpec): string {
  return `/api/v1/export/${file}?${specParams({ ...spec, limit: undefined })}${spec.compare ? comparisonParam(view) : ""}&${viewParams(view)}`;
}
