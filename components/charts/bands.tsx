import { clsx } from "clsx";
import type { LoadState } from "@/lib/metrics/known";
import { type Frame, margin } from "./frame";
import type { Point } from "./series";

interface Band {
  from: number;
  to: number;
  state: LoadState;
}

/** Neighbouring points of one state as stretches of the chart's width, 0 to 1. */
export function bandsOf(points: Point[], { place, isBetween }: Pick<Frame, "place" | "isBetween">): Band[] {
  const half = isBetween || points.length < 2 ? 0.5 / points.length : 0.5 / (points.length - 1);
  const bands: Band[] = [];
  for (const [index, { state }] of points.entries()) {
    if (!state) continue;
    const last = bands.at(-1);
    const from = Math.max(0, place(index) - half);
    const to = Math.min(1, place(index) + half);
    if (last && last.state === state && points[index - 1]?.state === state) last.to = to;
    else bands.push({ from, to, state: state as LoadState });
  }
  return bands;
}

/** What is behind a chart where nothing is loaded, and over it where values may still change. */
export function Bands({ bands, over }: { bands: Band[]; over: boolean }) {
  const shown = bands.filter(({ state }) => (state === "partial") === over);
  if (shown.length === 0) return null;
  return (
    <div aria-hidden className="pointer-events-none absolute" style={{ top: margin.top, left: margin.left, right: margin.right, bottom: margin.bottom }}>
      {shown.map(({ from, to, state }) => (
        <span
          key={from}
          className={clsx("absolute inset-y-0", state === "missing" ? "hatched" : state === "partial" ? "bg-surface/50" : "bg-sunken/60")}
          style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
        />
      ))}
    </div>
  );
}
