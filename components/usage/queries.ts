import type { MeasureName } from "@/lib/metrics/measures";
import type { MetricsSpec } from "../filters/view";

/** What the chart of Usage can show. */
export const usageMeasures = [
  "billed_minutes",
  "calls",
  "conferences",
  "people",
  "peak_concurrent",
  "connect_seconds",
] as const satisfies readonly MeasureName[];
export type UsageMeasure = (typeof usageMeasures)[number];

export const shownMeasures = [
  "billed_minutes",
  "calls",
  "conferences",
  "people",
  "peak_concurrent",
  "connect_seconds",
  "bad_share",
] as const satisfies readonly MeasureName[];

export const heatSpec = { measures: ["calls"], by: ["hour"] } as const satisfies MetricsSpec;
