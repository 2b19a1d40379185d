import { area, line } from "d3-shape";
import { Fragment } from "react";
import { own } from "@/lib/names";
import { aloneRadius, areaOpacity, frameOf, margin, type TimeChartProps } from "./frame";
import { XTick } from "./x-tick";

/** Where a value begins and ends; null where there is none. */
type Span = [from: number, to: number] | null;

/** Lines and areas are drawn in thousandths of the width, then CSS pixels from the top. */
const across = 1_000;
const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

/**
 * A chart over time as a drawing. It needs no width, so the server can make it; it stands where the live chart will, which
 * takes the same scales.
 */
export function DrawnChart(props: TimeChartProps) {
  const { points, height, formatX, formatTick } = props;
  const { form, isStacked, hasPrevious, levels, barShare, place, isAlone, ticks } = frameOf(props);
  const tall = height - margin.top - margin.bottom;
  const top = levels.at(-1) as number;
  const y = (value: number) => (1 - value / top) * tall;
  const layers = spansOf(props, isStacked);
  const x = (_: unknown, index: number) => place(index) * across;
  const lineOf = line<Span>(x, (span) => y(span?.[1] ?? 0))
    .defined(Boolean)
    .digits(2);
  const areaOf = area<Span>(
    x,
    (span) => y(span?.[0] ?? 0),
    (span) => y(span?.[1] ?? 0),
  )
    .defined(Boolean)
    .digits(2);
  const stroke = { fill: "none", vectorEffect: "non-scaling-stroke" } as const;
  return (
    <svg
      aria-hidden
      height={tall}
      className="absolute overflow-visible"
      style={{ top: margin.top, left: margin.left, width: `calc(100% - ${margin.left + margin.right}px)` }}
    >
      {levels.map((level) => (
        <Fragment key={level}>
          <line x1="0" x2="100%" y1={y(level)} y2={y(level)} stroke="var(--line)" />
          {/* Browser and server may shorten numbers differently; the server's text stays. */}
          <text x={-8} y={y(level)} dy="0.355em" textAnchor="end" fontSize={11} fill="var(--faint)" suppressHydrationWarning>
            {formatTick(level)}
          </text>
        </Fragment>
      ))}
      {ticks.map((tick) => (
        <XTick key={tick.x} x={percent(place(tick.index))} y={tall + 8} tick={tick} name={formatX(tick.x)} />
      ))}
      {form === "bars" &&
        layers.map(({ key, color, spans }) => (
          <g key={key} fill={color}>
            {spans.map(
              (span, index) =>
                span &&
                span[1] > span[0] && (
                  <rect
                    key={points[index]?.x}
                    x={percent(place(index) - barShare / 2 / points.length)}
                    width={percent(barShare / points.length)}
                    y={y(span[1]).toFixed(2)}
                    height={(y(span[0]) - y(span[1])).toFixed(2)}
                  />
                ),
            )}
          </g>
        ))}
      <svg aria-hidden width="100%" height={tall} viewBox={`0 0 ${across} ${tall}`} preserveAspectRatio="none" overflow="visible">
        {form !== "bars" &&
          layers.map(({ key, color, spans }) => (
            <Fragment key={key}>
              {form === "area" && <path d={areaOf(spans) ?? ""} fill={color} fillOpacity={areaOpacity(isStacked)} />}
              <path d={lineOf(spans) ?? ""} stroke={color} strokeWidth={1.5} {...stroke} />
            </Fragment>
          ))}
        {hasPrevious && (
          <path
            d={lineOf(points.map(({ previous }) => (typeof previous === "number" ? [0, previous] : null))) ?? ""}
            stroke="var(--soft)"
            strokeWidth={1.25}
            strokeDasharray="4 3"
            {...stroke}
          />
        )}
      </svg>
      {form !== "bars" &&
        layers.flatMap(({ key, color, spans }) =>
          spans.map(
            (span, index) =>
              span &&
              isAlone(key, index) && <circle key={`${key} ${points[index]?.x}`} cx={percent(place(index))} cy={y(span[1])} r={aloneRadius} fill={color} />,
          ),
        )}
    </svg>
  );
}

/** The values of each series. Where they add up, one begins where the one before ends, and nothing is 0. */
function spansOf({ points, series }: TimeChartProps, isStacked: boolean): { key: string; color: string; spans: Span[] }[] {
  const below = points.map(() => 0);
  return series.map(({ key, color }) => ({
    key,
    color,
    spans: points.map((point, index) => {
      const value = own(point, key);
      if (!isStacked) return typeof value === "number" ? [0, value] : null;
      const from = below[index] as number;
      const to = from + (Number(value) || 0);
      below[index] = to;
      return [from, to];
    }),
  }));
}
