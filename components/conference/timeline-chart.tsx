"use client";

import { clsx } from "clsx";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useRef, useState } from "react";
import { isZone, offsetAt } from "@/lib/time";
import type { CallRow } from "../data/calls";
import { useFormat } from "../data/format";
import { useView } from "../filters/use-view";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { type Bar, type Timeline, ticksOf } from "./timeline";

const colors = { Good: "var(--series-6)", Bad: "var(--series-bad)", none: "var(--series-3)" };
export const qualityLegend = [
  { key: "good", label: "Good", color: colors.Good },
  { key: "bad", label: "Bad", color: colors.Bad },
  { key: "none", label: "Not rated", color: colors.none },
];

const closest = 10_000;

interface Span {
  from: number;
  to: number;
}

/**
 * Who was connected when: a line a person, a bar a call. Arrow keys go from call to call, + and − zoom, 0 shows all again;
 * dragging across the lines zooms to what was dragged over.
 */
export function TimelineChart({ timeline, selected, onSelect }: { timeline: Timeline; selected: string | null; onSelect: (call: CallRow) => void }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const all: Span = { from: timeline.start, to: Math.max(timeline.end, timeline.start + closest) };
  const [zoomed, setZoomed] = useState<Span | null>(null);
  const [dragged, setDragged] = useState<Span | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const { from, to } = zoomed ?? all;
  const place = (at: number) => `${((at - from) / (to - from)) * 100}%`;
  const offset = isZone(view.tz) ? offsetAt(view.tz, from) : 0;
  const ticks = ticksOf(from, to, 7, offset);
  const crossesDay = Math.floor((from + offset) / 86_400_000) !== Math.floor((to + offset) / 86_400_000);
  const tickText = (at: number) => {
    const moment = format.fullMoment(new Date(at).toISOString());
    const time = to - from < 10 * 60_000 ? moment.slice(-8) : moment.slice(-8, -3);
    return crossesDay ? `${format.moment(new Date(at).toISOString()).split(",")[0]} ${time}` : time;
  };
  const zoom = (factor: number) => {
    const bars = timeline.lines.flatMap((line) => line.bars);
    const focus = bars.find((bar) => idOf(bar) === selected);
    const middle = focus && focus.start < to && focus.end > from ? (Math.max(focus.start, from) + Math.min(focus.end, to)) / 2 : (from + to) / 2;
    const length = Math.max(closest, (to - from) * factor);
    if (length >= all.to - all.from) return setZoomed(null);
    const start = Math.min(Math.max(all.from, middle - length / 2), all.to - length);
    setZoomed({ from: start, to: start + length });
  };
  const atPointer = (clientX: number) => {
    const box = area.current?.getBoundingClientRect();
    return box ? from + Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * (to - from) : from;
  };
  const go = (event: React.KeyboardEvent, line: number, bar: number) => {
    const { lines } = timeline;
    const near = (step: number) => {
      const target = lines[line + step];
      const now = lines[line]?.bars[bar];
      if (!target || !now) return null;
      return target.bars.reduce((best, one) => (Math.abs(one.start - now.start) < Math.abs(best.start - now.start) ? one : best));
    };
    const target =
      event.key === "ArrowRight"
        ? lines[line]?.bars[bar + 1]
        : event.key === "ArrowLeft"
          ? lines[line]?.bars[bar - 1]
          : event.key === "ArrowDown"
            ? near(1)
            : event.key === "ArrowUp"
              ? near(-1)
              : null;
    if (event.key === "+" || event.key === "=") zoom(0.5);
    else if (event.key === "-") zoom(2);
    else if (event.key === "0") setZoomed(null);
    else if (!target) return;
    event.preventDefault();
    if (target) {
      onSelect(target.call);
      document.getElementById(`bar-${idOf(target)}`)?.focus();
    }
  };
  const first = timeline.lines[0]?.bars[0];
  const focusable = timeline.lines.some((line) => line.bars.some((bar) => idOf(bar) === selected)) ? selected : first ? idOf(first) : null;
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <Button aria-label="Zoom in" onClick={() => zoom(0.5)}>
          <ZoomIn size={14} aria-hidden />
        </Button>
        <Button aria-label="Zoom out" onClick={() => zoom(2)} disabled={!zoomed}>
          <ZoomOut size={14} aria-hidden />
        </Button>
        {zoomed && (
          <Button kind="quiet" onClick={() => setZoomed(null)}>
            Show all
          </Button>
        )}
        <span className="tabular text-xs text-faint">
          {format.fullMoment(new Date(from).toISOString())} – {format.fullMoment(new Date(to).toISOString())} ({view.tz})
        </span>
      </div>
      <section className="relative max-h-[560px] overflow-y-auto" aria-label="Who was connected, when" tabIndex={timeline.lines.length > 18 ? 0 : undefined}>
        <div
          className="relative"
          onPointerDown={(event) => {
            if (event.button !== 0 || (event.target as HTMLElement).closest("button")) return;
            const at = atPointer(event.clientX);
            setDragged({ from: at, to: at });
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            if (dragged) setDragged({ ...dragged, to: atPointer(event.clientX) });
          }}
          onPointerUp={() => {
            if (dragged) {
              const [a, b] = [Math.min(dragged.from, dragged.to), Math.max(dragged.from, dragged.to)];
              if ((b - a) / (to - from) > 0.01) setZoomed({ from: a, to: Math.max(b, a + closest) });
            }
            setDragged(null);
          }}
        >
          <div ref={area} aria-hidden className="absolute inset-y-0 right-2 left-[124px] sm:left-[164px]">
            {ticks.map((tick) => (
              <span key={tick} className="absolute inset-y-0 w-px bg-line" style={{ left: place(tick) }} />
            ))}
            {dragged && (
              <span
                className="absolute inset-y-0 bg-accent/20"
                style={{ left: place(Math.min(dragged.from, dragged.to)), width: `${(Math.abs(dragged.to - dragged.from) / (to - from)) * 100}%` }}
              />
            )}
          </div>
          <ul className="relative">
            {timeline.lines.map((line, lineIndex) => (
              <li key={line.key} className="flex h-[26px] items-center">
                <span className="w-[124px] shrink-0 truncate pr-2 sm:w-[164px]" title={line.role ? `${line.name} (${line.role})` : line.name}>
                  {line.sip && <Badge>SIP</Badge>} {line.name}
                  {line.role === "moderator" && <span className="text-faint"> (moderator)</span>}
                </span>
                <span className="relative mr-2 h-full flex-1 overflow-hidden">
                  {line.bars.map((bar, barIndex) => {
                    const id = idOf(bar);
                    if (bar.end < from || bar.start > to) return null;
                    return (
                      <button
                        key={id}
                        id={`bar-${id}`}
                        type="button"
                        tabIndex={id === focusable ? 0 : -1}
                        aria-pressed={id === selected}
                        aria-label={sayBar(bar, line.name, format)}
                        title={sayBar(bar, line.name, format)}
                        onClick={() => onSelect(bar.call)}
                        onKeyDown={(event) => go(event, lineIndex, barIndex)}
                        className={clsx(
                          "absolute top-[5px] h-4 min-w-1 rounded-sm focus-visible:outline-offset-0",
                          id === selected && "ring-2 ring-ink ring-offset-1 ring-offset-surface",
                          bar.note !== null && "border-2 border-ink border-dashed",
                        )}
                        style={{
                          left: `clamp(0%, ${place(bar.start)}, calc(100% - 4px))`,
                          width: `${((Math.min(bar.end, to) - Math.max(bar.start, from)) / (to - from)) * 100}%`,
                          background: colors[bar.call.quality ?? "none"],
                        }}
                      />
                    );
                  })}
                </span>
              </li>
            ))}
          </ul>
        </div>
      </section>
      <div aria-hidden className="relative mr-2 ml-[124px] h-5 text-[11px] text-faint sm:ml-[164px]">
        {ticks.map((tick, index) => (
          <span key={tick} className={clsx("absolute -translate-x-1/2 whitespace-nowrap", index % 2 === 1 && "hidden sm:inline")} style={{ left: place(tick) }}>
            {tickText(tick)}
          </span>
        ))}
      </div>
      <Concurrent timeline={timeline} from={from} to={to} />
    </div>
  );
}

/** A call's id among those of all accounts. */
export const idOf = ({ call }: { call: CallRow }) => `${call.account}:${call.call_id}`;

function sayBar(bar: Bar, name: string, format: ReturnType<typeof useFormat>): string {
  const start = format.fullMoment(new Date(bar.start).toISOString());
  const end = bar.note ?? `to ${format.fullMoment(new Date(bar.end).toISOString()).slice(-8)}`;
  return `${name}, ${bar.call.quality ?? "not rated"}, from ${start} ${bar.note ? `(${end})` : end}`;
}

/** How many were connected, as a line of steps over the same span. */
function Concurrent({ timeline, from, to }: { timeline: Timeline; from: number; to: number }) {
  const { concurrent, peak } = timeline;
  if (!peak) return null;
  const height = 44;
  const x = (at: number) => ((Math.min(Math.max(at, from), to) - from) / (to - from)) * 1000;
  const y = (count: number) => height - 2 - (count / peak.count) * (height - 6);
  let path = `M 0 ${y(0)}`;
  let last = 0;
  for (const { at, count } of concurrent) {
    path += ` L ${x(at).toFixed(1)} ${y(last).toFixed(1)} L ${x(at).toFixed(1)} ${y(count).toFixed(1)}`;
    last = count;
  }
  return (
    <div className="mt-1 flex items-center">
      <span className="w-[124px] shrink-0 pr-2 text-xs text-faint sm:w-[164px]">Concurrent, {peak.count} at most</span>
      <svg
        role="img"
        aria-label={`Calls connected at once, ${peak.count} at most`}
        className="mr-2 h-11 min-w-0 flex-1"
        viewBox={`0 0 1000 ${height}`}
        preserveAspectRatio="none"
      >
        <path d={`${path} L 1000 ${y(last)}`} fill="none" stroke="var(--series-1)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
