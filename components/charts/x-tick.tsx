import type { Frame, TickLevel } from "./frame";

/** The widths of `frame.ts`, written out because Tailwind reads them here. */
const shown: Record<TickLevel, string> = { always: "", half: "@max-[500px]:hidden", wide: "@max-[1000px]:hidden" };

/** The name of a point below a chart. `x` is in CSS pixels or a share (`50%`), `y` in CSS pixels. */
export function XTick({ x, y, tick: { level, anchor }, name }: { x: number | string; y: number; tick: Frame["ticks"][number]; name: string }) {
  return (
    <text x={x} y={y} dy="0.71em" textAnchor={anchor} fontSize={11} fill="var(--faint)" className={shown[level]}>
      {name}
    </text>
  );
}
