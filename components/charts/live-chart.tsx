"use client";

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, ReferenceArea, ResponsiveContainer, Tooltip, useActiveTooltipLabel, XAxis, YAxis } from "recharts";
import { stateWords } from "@/lib/metrics/known";
import { own } from "@/lib/names";
import { aloneRadius, areaOpacity, frameOf, margin, type TimeChartProps } from "./frame";
import type { Point } from "./series";
import { TooltipBox } from "./tooltip";
import { XTick } from "./x-tick";

/** A chart over time that tells the values under the pointer or at the arrow keys, and takes clicks, drags and Enter. */
export default function LiveChart(props: TimeChartProps) {
  const { points, series, height, formatX, formatLongX, formatY, formatTick, total, compared, onPick } = props;
  const { form, isStacked, hasPrevious, levels, barShare, isAlone, ticks } = frameOf(props);
  const tickAt = new Map(ticks.map((tick) => [tick.x, tick]));
  // Measured before anything is painted: the drawing that it replaces has the whole width too.
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(box.current?.offsetWidth ?? 0), []);
  const activeX = useRef<string>(undefined);
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
  const dot = (key: string) => (at: { index?: number; cx?: number; cy?: number; stroke?: string }) =>
    at.index !== undefined && isAlone(key, at.index) ? <circle key={at.index} cx={at.cx} cy={at.cy} r={aloneRadius} fill={at.stroke} /> : <g key={at.index} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the chart in it has the focus; arrow keys go to its points
    <div
      className="h-full"
      ref={box}
      onKeyDown={({ key }) => {
        if (key === "Enter" && activeX.current !== undefined) onPick?.(activeX.current, activeX.current);
      }}
    >
      {width > 0 && (
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width, height }}>
          <ComposedChart
            data={points}
            onMouseDown={begin}
            onMouseMove={move}
            onMouseUp={end}
            onMouseLeave={() => setDragged(null)}
            margin={{ top: margin.top, right: margin.right, bottom: 0, left: 0 }}
            barCategoryGap={`${50 * (1 - barShare)}%`}
          >
            <ActivePoint at={activeX} />
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="x"
              height={margin.bottom}
              ticks={ticks.map(({ x }) => x)}
              interval={0}
              tickLine={false}
              axisLine={false}
              tick={({ x, y, payload }) => {
                const tick = tickAt.get(String(payload.value));
                return tick ? <XTick x={x} y={Number(y)} tick={tick} name={formatX(tick.x)} /> : null;
              }}
            />
            <YAxis
              width={margin.left}
              domain={[0, levels.at(-1) as number]}
              ticks={levels}
              interval={0}
              tickFormatter={formatTick}
              tick={{ fontSize: 11, fill: "var(--faint)" }}
              tickLine={false}
              axisLine={false}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={form === "bars" ? { fill: "var(--sunken)", opacity: 0.7 } : { stroke: "var(--line)" }}
              content={({ active, payload, label: x }) => {
                const point = payload?.[0]?.payload as Point | undefined;
                if (!active || !point) return null;
                const lines = series
                  .filter(({ key }) => typeof own(point, key) === "number")
                  .map(({ key, label: name, color }) => ({ label: name, value: formatY(own(point, key) as number), color }));
                if (total && series.length > 1) {
                  const sum = series.reduce((all, { key }) => all + (Number(own(point, key)) || 0), 0);
                  lines.push({ label: total, value: formatY(sum), color: "transparent" });
                }
                if (typeof point.previous === "number")
                  lines.push({ label: compared ?? "Compared with", value: formatY(point.previous), color: "transparent" });
                const note = point.state ? own(stateWords, String(point.state)) : undefined;
                return <TooltipBox title={formatLongX(String(x))} lines={lines} note={note} />;
              }}
            />
            {series.map(({ key, color, label: name }) => {
              const shared = { dataKey: key, name, isAnimationActive: false, fill: color };
              if (form === "bars") return <Bar key={key} {...shared} stackId="all" />;
              const line = { ...shared, stroke: color, strokeWidth: 1.5, type: "linear", dot: dot(key) } as const;
              if (form === "lines") return <Line key={key} {...line} />;
              return <Area key={key} {...line} {...(isStacked ? { stackId: "all" } : {})} fillOpacity={areaOpacity(isStacked)} />;
            })}
            {dragged && dragged.from !== dragged.to && <ReferenceArea x1={dragged.from} x2={dragged.to} fill="var(--accent)" fillOpacity={0.15} />}
            {hasPrevious && (
              <Line dataKey="previous" stroke="var(--soft)" strokeDasharray="4 3" strokeWidth={1.25} dot={false} isAnimationActive={false} type="linear" />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      )}
    </div>
  );
}

/** Keeps the `x` of the point that pointer or keys are at. */
function ActivePoint({ at }: { at: RefObject<string | undefined> }) {
  const label = useActiveTooltipLabel();
  useEffect(() => {
    at.current = label === undefined ? undefined : String(label);
  }, [at, label]);
  return null;
}
