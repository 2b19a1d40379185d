"use client";

import { useState } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Point, Series } from "./series";
import { TooltipBox } from "./tooltip";

const mostBars = 400;
const axis = { fontSize: 11, fill: "var(--faint)" };

/**
 * Series over time: stacked bars, an area or lines, with a dashed line for what they are compared with (`previous` of each
 * point). Clicking a point calls `onPick` with its `x` twice, dragging with the first and the last `x` dragged over.
 */
export default function TimeChart({
  points,
  series,
  form,
  height,
  label,
  formatX,
  formatLongX,
  formatY,
  formatTick,
  total,
  onPick,
  domain,
}: {
  points: Point[];
  series: Series[];
  form: "bars" | "area" | "lines";
  height: number;
  /** Says what the chart shows; its figures are in the table beside it. */
  label: string;
  formatX: (x: string) => string;
  formatLongX: (x: string) => string;
  formatY: (value: number) => string;
  formatTick: (value: number) => string;
  /** The name of the sum of the series, when they add up to one. */
  total?: string | undefined;
  onPick?: ((from: string, to: string) => void) | undefined;
  domain?: [number, number | "auto"];
}) {
  const hasPrevious = points.some((point) => typeof point.previous === "number");
  // Thousands of bars would be thinner than a pixel each; their outline says the same.
  const drawn = form === "bars" && points.length > mostBars ? "area" : form;
  const [dragged, setDragged] = useState<{ from: string; to: string } | null>(null);
  const labelOf = (state: { activeLabel?: string | number | undefined }) => (state.activeLabel === undefined ? null : String(state.activeLabel));
  const begin = (state: { activeLabel?: string | number | undefined }) => {
    const at = labelOf(state);
    if (onPick && at !== null) setDragged({ from: at, to: at });
  };
  const move = (state: { activeLabel?: string | number | undefined }) => {
    const at = labelOf(state);
    if (dragged && at !== null && at !== dragged.to) setDragged({ ...dragged, to: at });
  };
  const end = () => {
    if (dragged && onPick) {
      const [from, to] = dragged.from <= dragged.to ? [dragged.from, dragged.to] : [dragged.to, dragged.from];
      onPick(from, to);
    }
    setDragged(null);
  };
  return (
    <div role="img" aria-label={label} style={{ height }} className={onPick ? "cursor-pointer select-none [&_*]:outline-none" : "[&_*]:outline-none"}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height }}>
        <ComposedChart
          data={points}
          onMouseDown={begin}
          onMouseMove={move}
          onMouseUp={end}
          onMouseLeave={() => setDragged(null)}
          margin={{ top: 6, right: 4, bottom: 0, left: 0 }}
          barCategoryGap="18%"
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="x" tickFormatter={formatX} tick={axis} tickLine={false} axisLine={false} minTickGap={28} interval="preserveStartEnd" />
          <YAxis tickFormatter={formatTick} tick={axis} tickLine={false} axisLine={false} width={44} domain={domain ?? [0, "auto"]} />
          <Tooltip
            isAnimationActive={false}
            cursor={drawn === "bars" ? { fill: "var(--sunken)", opacity: 0.7 } : { stroke: "var(--line)" }}
            content={({ active, payload, label: x }) => {
              const point = payload?.[0]?.payload as Point | undefined;
              if (!active || !point) return null;
              const lines = series
                .filter(({ key }) => typeof point[key] === "number")
                .map(({ key, label: name, color }) => ({ label: name, value: formatY(point[key] as number), color }));
              if (total && series.length > 1) {
                const sum = series.reduce((all, { key }) => all + (Number(point[key]) || 0), 0);
                lines.push({ label: total, value: formatY(sum), color: "transparent" });
              }
              if (typeof point.previous === "number") lines.push({ label: "Previous period", value: formatY(point.previous), color: "transparent" });
              return <TooltipBox title={formatLongX(String(x))} lines={lines} />;
            }}
          />
          {series.map(({ key, color, label: name }, index) =>
            drawn === "bars" ? (
              <Bar
                key={key}
                dataKey={key}
                name={name}
                stackId="all"
                fill={color}
                isAnimationActive={false}
                maxBarSize={48}
                radius={index === series.length - 1 ? [2, 2, 0, 0] : 0}
              />
            ) : drawn === "area" ? (
              <Area
                key={key}
                dataKey={key}
                name={name}
                stackId={total ? "all" : undefined}
                stroke={color}
                strokeWidth={1.5}
                fill={color}
                fillOpacity={total ? 0.5 : 0.1}
                isAnimationActive={false}
                dot={points.length === 1}
                type="linear"
              />
            ) : (
              <Line key={key} dataKey={key} name={name} stroke={color} strokeWidth={1.5} isAnimationActive={false} dot={points.length === 1} type="linear" />
            ),
          )}
          {dragged && dragged.from !== dragged.to && <ReferenceArea x1={dragged.from} x2={dragged.to} fill="var(--accent)" fillOpacity={0.15} />}
          {hasPrevious && (
            <Line dataKey="previous" stroke="var(--soft)" strokeDasharray="4 3" strokeWidth={1.25} dot={false} isAnimationActive={false} type="linear" />
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}
