import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { DrawnChart } from "./drawn-chart";
import { frameOf, margin, type TimeChartProps } from "./frame";
import type { Point } from "./series";

const series = [
  { key: "a", label: "A", color: "blue" },
  { key: "b", label: "B", color: "red" },
];
const days = (count: number, point: (index: number) => object = () => ({})): Point[] =>
  Array.from({ length: count }, (_, index) => ({ x: `day ${index}`, ...point(index) }));
const chart = (props: Partial<TimeChartProps>): TimeChartProps => ({
  points: [],
  series,
  form: "bars",
  height: 136,
  label: "",
  formatX: (x) => x,
  formatLongX: (x) => x,
  formatY: String,
  formatTick: String,
  total: "Total",
  ...props,
});
const tall = 136 - margin.top - margin.bottom;
const draw = (props: Partial<TimeChartProps>) => renderToStaticMarkup(<DrawnChart {...chart(props)} />);
/** The attributes of each element of a kind, in the order of the drawing. */
const elements = (drawing: string, kind: string) =>
  [...drawing.matchAll(new RegExp(`<${kind} ([^>]*)>`, "g"))].map(([, text]) =>
    Object.fromEntries([...(text ?? "").matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );

test("bars stand on each other, as tall as their values, between 0 and the highest line", () => {
  const points = days(3, (index) => ({ a: [30, 0, 10][index], b: [50, 20, null][index] }));
  const bars = elements(draw({ points }), "rect");
  const told = bars.map(({ y, height }) => [tall - Number(y) - Number(height), Number(height)].map((pixels) => Math.round((pixels / tall) * 80)));
  // Of a: 30 and 10 from 0. Of b: 50 from 30 on, 20 from 0. A sum of nothing has no bar.
  expect(told).toEqual([
    [0, 30],
    [0, 10],
    [30, 50],
    [0, 20],
  ]);
  expect(frameOf(chart({ points })).levels).toEqual([0, 20, 40, 60, 80]);
});

test("a line is broken where a value is missing, and a value alone has a dot", () => {
  const points = days(6, (index) => ({ a: [1, 2, null, 4, null, null][index] }));
  const drawing = draw({ points, series: series.slice(0, 1), form: "lines", total: undefined });
  const [line] = elements(drawing, "path");
  expect(line?.d?.match(/M/g)).toHaveLength(2);
  expect(elements(drawing, "circle")).toMatchObject([{ cx: "60.000%", cy: "0" }]);
});

test("in a stack a missing value is 0, so that no dot is needed beside it", () => {
  const points = days(3, (index) => ({ a: 10, ...(index === 1 ? { b: 5 } : {}) }));
  expect(elements(draw({ points, form: "area" }), "circle")).toEqual([]);
  expect(elements(draw({ points: points.slice(1, 2), form: "area" }), "circle")).toHaveLength(2);
});

test("what is compared with is drawn, and counts for the height", () => {
  const points = days(2, () => ({ a: 10, b: 0, previous: 95 }));
  expect(frameOf(chart({ points })).levels.at(-1)).toBe(100);
  expect(elements(draw({ points }), "path")).toMatchObject([{ d: `M250,${tall * 0.05}L750,${tall * 0.05}` }]);
});

test("a chart of zeros, of one point and of no point is drawn too", () => {
  for (const points of [days(3, () => ({ a: 0, b: 0 })), days(1, () => ({ a: 5, b: 5 })), []])
    for (const form of ["bars", "area", "lines"] as const) expect(draw({ points, form })).not.toMatch(/NaN|Infinity|undefined/);
});

test.each([1, 7, 31, 92, 366])("at no width do the names of %i points touch each other or leave the chart", (count) => {
  for (const form of ["bars", "lines"] as const) {
    const { ticks, place } = frameOf(chart({ points: days(count), form, formatX: () => "24 Nov" }));
    expect(ticks[0]?.index).toBe(0);
    for (const [width, levels] of [
      [1_000, ["always", "half", "wide"]],
      [500, ["always", "half"]],
      [280, ["always"]],
    ] as const) {
      const inner = width - margin.left - margin.right;
      const spans = ticks
        .filter(({ level }) => (levels as readonly string[]).includes(level))
        .map(({ index, anchor }) => {
          const at = place(index) * inner;
          return anchor === "end" ? [at - 36, at] : [at - 18, at + 18];
        });
      for (const [index, [from]] of spans.entries()) expect(from).toBeGreaterThanOrEqual(index === 0 ? -margin.left : (spans[index - 1]?.[1] as number) + 2);
      expect(spans.at(-1)?.[1]).toBeLessThanOrEqual(inner + margin.right + 16);
    }
  }
});

test("hours are named at times that divide a day, and durations count in hours", () => {
  const points = Array.from({ length: 48 }, (_, hour) => ({ x: `2026-11-0${hour < 24 ? 1 : 2}T${String(hour % 24).padStart(2, "0")}:00`, a: 7_000, b: 200 }));
  const { ticks, levels } = frameOf(chart({ points, formatX: (x) => `1 Nov, ${x.slice(11)}`, tickUnit: 3_600 }));
  expect(ticks.slice(0, 3).map(({ x }) => x.slice(11))).toEqual(["00:00", "06:00", "12:00"]);
  expect(levels).toEqual([0, 1_800, 3_600, 5_400, 7_200]);
});
