import type { FilterName } from "@/lib/metrics/dimensions";
import { type MeasureName, measureNames } from "@/lib/metrics/measures";
import { bucketFor } from "../data/over-time";
import type { MetricsSpec, ViewState } from "../filters/view";

/** Every measure of a stream: the matrix shows them all. */
export const matrixSpec = { measures: measureNames.filter((name): name is MeasureName => /^(send|receive)_/.test(name)) } satisfies MetricsSpec;

/** Bad calls over time. */
export const badSpec = ({ from, to }: ViewState): MetricsSpec => ({
  measures: ["bad_share", "bad_calls", "rated_calls", "unrated_calls"],
  by: [bucketFor(from, to)],
  compare: true,
});

export const qualitySplits = ["browser", "os", "device", "room", "role", "network", "sigserver", "sip", "app"] as const satisfies readonly FilterName[];
export const worstKinds = ["room", "conference", "person"] as const satisfies readonly FilterName[];
