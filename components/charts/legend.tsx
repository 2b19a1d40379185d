import { clsx } from "clsx";
import { type LoadState, stateWords } from "@/lib/metrics/known";
import type { Point, Series } from "./series";

const swatches: Record<LoadState, string> = { missing: "hatched", partial: "bg-[var(--series-1)]/40", coming: "bg-sunken" };

/** What the colours of a chart are, what its dashed line is of, and what is not, or not finally, known. */
export function Legend({ series, dashed, points = [] }: { series: Series[]; dashed?: string | undefined; points?: Point[] }) {
  const states = (Object.keys(swatches) as LoadState[]).filter((state) => points.some((point) => point.state === state));
  if (series.length === 0 && !dashed && states.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {series.map(({ key, label, color }) => (
        <li key={key} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-sm" style={{ background: color }} />
          {label}
        </li>
      ))}
      {dashed && (
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="w-4 border-t-2 border-dashed border-soft" />
          {dashed}
        </li>
      )}
      {states.map((state) => (
        <li key={state} className="flex items-center gap-1.5">
          <span aria-hidden className={clsx("size-2.5 rounded-sm border border-line", swatches[state])} />
          {stateWords[state]}
        </li>
      ))}
    </ul>
  );
}
