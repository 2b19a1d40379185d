import { type FilterName, filterNames } from "@/lib/metrics/dimensions";
import { adds, type MeasureName } from "@/lib/metrics/measures";
import { bucketFor } from "../data/over-time";
import type { MetricsSpec, ViewState } from "../filters/view";

/** What the chart of Usage can show. */
export const usageMeasures = [
  "billed_minutes",
  "calls",
  "conferences",
  "people",
  "peak_concurrent",
  "connect_seconds",
] as const satisfies readonly MeasureName[];
type UsageMeasure = (typeof usageMeasures)[number];

export const usageSplits: FilterName[] = filterNames.filter((name) => name !== "conference" && name !== "person");

export const shownMeasures = [...usageMeasures, "bad_share"] as const satisfies readonly MeasureName[];

type Search = Pick<URLSearchParams, "get">;

/** What the address asks to be shown, and whether its parts add up to the whole. */
export function usageChoice(search: Search): { measure: UsageMeasure; split: FilterName | null; canSplit: boolean } {
  const measure = usageMeasures.find((name) => name === search.get("show")) ?? "billed_minutes";
  return { measure, split: usageSplits.find((name) => name === search.get("split")) ?? null, canSplit: adds(measure) };
}

export function usageOverTime({ from, to }: ViewState, search: Search): MetricsSpec {
  const { measure, split, canSplit } = usageChoice(search);
  const by = bucketFor(from, to);
  return { measures: [measure], by: split && canSplit ? [by, split] : [by], compare: !split };
}

export const heatSpec = { measures: ["calls"], by: ["hour"] } as const satisfies MetricsSpec;
