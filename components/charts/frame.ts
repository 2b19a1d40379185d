import { nice, ticks } from "d3-array";
import { own } from "@/lib/names";
import type { Point, Series } from "./series";

/** What a chart over time shows, and what its places and values are called. */
export interface TimeChartProps {
  points: Point[];
  series: Series[];
  form: "bars" | "area" | "lines";
  /** CSS pixels, the names of the points included. */
  height: number;
  /** Says what the chart shows; its figures are in the table beside it. */
  label: string;
  formatX: (x: string) => string;
  formatLongX: (x: string) => string;
  formatY: (value: number) => string;
  formatTick: (value: number) => string;
  /** What the lines across the chart count in, where that is not the values' own unit: 3,600 for seconds told as hours. */
  tickUnit?: number | undefined;
  /** What the dashed line is of: the days that are compared with. */
  compared?: string | undefined;
  /** The name of the sum of the series, when they add up to one. */
  total?: string | undefined;
  /** A click or Enter on a point calls it with its `x` twice, a drag with the first and the last `x` dragged over. */
  onPick?: ((from: string, to: string) => void) | undefined;
}

/** CSS pixels around the points of a chart: its values stand to the left, the names of its points below. */
export const margin = { top: 6, right: 4, bottom: 30, left: 44 };

const mostBars = 400;
/** The share of the chart's width that a single bar may take. */
const widestBar = 0.06;
/** The width of a wide chart, and what a character of its labels takes with the gap after them, in CSS pixels. */
const [wide, character, gap] = [1_000, 6, 20];

const hourSteps = [1, 3, 6, 12, 24, 48, 96];

/** CSS pixels. */
export const aloneRadius = 2;
/** Stacked areas stand for themselves, areas over each other let each other through. */
export const areaOpacity = (isStacked: boolean) => (isStacked ? 0.5 : 0.1);

/** From which width on the name of a point is shown: at any, from half of a wide chart's, or only at that. */
export type TickLevel = "always" | "half" | "wide";

/**
 * The scales of a chart, for whoever draws it. They depend on what it shows and not on how wide it is, so that the server
 * draws the same chart as the browser.
 */
export interface Frame {
  form: "bars" | "area" | "lines";
  isStacked: boolean;
  hasPrevious: boolean;
  /** The values that have a line across the chart. The first is 0, the last the chart's upper end. */
  levels: number[];
  /** The share of its place that a bar takes, 0 to 1. */
  barShare: number;
  /** Whether points stand in the middle of their places, or the first and the last at the ends. */
  isBetween: boolean;
  /** The place of a point, 0 (left end) to 1. */
  place: (index: number) => number;
  /** Whether a value has none beside it, so that no line leads to it and it needs a dot. In a stack a value that is missing is 0. */
  isAlone: (key: string, index: number) => boolean;
  ticks: { index: number; x: string; level: TickLevel; anchor: "middle" | "end" }[];
}

export function frameOf({ points, series, form: wanted, total, formatX, tickUnit = 1 }: TimeChartProps): Frame {
  // Thousands of bars would be thinner than a pixel each; their outline says the same.
  const form = wanted === "bars" && points.length > mostBars ? "area" : wanted;
  const isStacked = form === "bars" || (form === "area" && total !== undefined);
  const count = points.length;
  const isBetween = form === "bars" || count === 1;
  const place = (index: number) => (isBetween ? (index + 0.5) / count : index / (count - 1));
  const has = (key: string, index: number) => typeof own(points[index], key) === "number";
  let most = 0;
  for (const point of points) {
    const values = series.map(({ key }) => Number(own(point, key)) || 0);
    const highest = isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
    most = Math.max(most, highest, Number(point.previous) || 0);
  }
  const top = most > 0 ? (nice(0, most / tickUnit, 4)[1] as number) : 1;
  const first = points[0]?.x ?? "";
  const least = (count * (formatX(first).length * character + gap)) / wide;
  // Each level leaves out half of the names of the next. Hours are told at times that divide a day.
  const step = (first.includes("T") && hourSteps.find((hours) => hours >= least)) || Math.max(1, Math.ceil(least));
  return {
    form,
    isStacked,
    hasPrevious: points.some((point) => typeof point.previous === "number"),
    levels: ticks(0, top, 4).map((level) => level * tickUnit),
    barShare: Math.min(0.64, widestBar * count),
    isBetween,
    place,
    isAlone: (key, index) => has(key, index) && (isStacked ? count === 1 : !has(key, index - 1) && !has(key, index + 1)),
    ticks: points.flatMap(({ x }, index) =>
      index % step !== 0
        ? []
        : {
            index,
            x,
            level: index % (4 * step) === 0 ? "always" : index % (2 * step) === 0 ? "half" : "wide",
            // At the right end it would leave the chart.
            anchor: place(index) > 0.985 ? "end" : "middle",
          },
    ),
  };
}
