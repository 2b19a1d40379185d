import type { FilterName } from "@/lib/metrics/dimensions";
import { type MeasureName, measureNames } from "@/lib/metrics/measures";
import type { MetricsSpec } from "../filters/view";

/** Every measure of a stream: the matrix shows them all. */
export const matrixSpec = { measures: measureNames.filter((name): name is MeasureName => /^(send|receive)_/.test(name)) } satisfies MetricsSpec;

export const qualitySplits = ["browser", "os", "device", "room", "role", "network", "sigserver", "sip", "app"] as const satisfies readonly FilterName[];
export const worstKinds = ["room", "conference", "person"] as const satisfies readonly FilterName[];
