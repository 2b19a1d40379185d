/** One series of a chart: the key of its value in each point, its name and its colour. */
export interface Series {
  key: string;
  label: string;
  color: string;
}

/** A point of a chart over time (or another order): `x` and a value for each series. `state` says what is known of it. */
export type Point = { x: string } & { [key: string]: number | string | null | undefined };

export const palette = ["var(--series-1)", "var(--series-2)", "var(--series-5)", "var(--series-6)", "var(--series-4)", "var(--series-3)"];
