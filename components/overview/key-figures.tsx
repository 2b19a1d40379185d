"use client";

import { clsx } from "clsx";
import dynamic from "next/dynamic";
import { useState } from "react";
import { type MeasureName, measures } from "@/lib/metrics/measures";
import { Sparkline } from "../charts/sparkline";
import { useFormat } from "../data/format";
import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { overviewQueries } from "./queries";

// What explains a change is asked for when somebody asks for it.
const Why = dynamic(() => import("../why/why").then((module) => module.Why), { ssr: false });

const shown = ["billed_minutes", "calls", "conferences", "people", "bad_share", "peak_concurrent"] as const;

/** Six key figures with their change against the period before. */
export function KeyFigures() {
  const { view } = useView();
  const format = useFormat(view.tz);
  const summary = useMetrics(overviewQueries.summary);
  const daily = useMetrics(overviewQueries.daily);
  const [explained, setExplained] = useState<MeasureName | null>(null);
  if (summary.error) {
    return (
      <p role="alert" className="rounded-xl border border-line bg-bad-tint p-4 text-bad">
        {summary.error.message}
      </p>
    );
  }
  const totals = summary.data?.totals;
  const before = summary.data?.previous;
  const note = (name: (typeof shown)[number]): string | null => {
    if (!totals) return null;
    if (name === "billed_minutes") {
      const notes = [
        typeof totals.cost === "number" && format.figure(totals.cost, "money"),
        typeof totals.cost === "number" && Number(totals.calls_without_rate) > 0 && "part of it has no rate",
        Number(totals.calls_without_billing) > 0 && `${format.whole(Number(totals.calls_without_billing))} calls with no billing figure`,
      ].filter(Boolean);
      return notes.join(" · ") || null;
    }
    if (name === "bad_share" && Number(totals.unrated_calls) > 0) return `${format.whole(Number(totals.unrated_calls))} calls not rated`;
    if (name === "peak_concurrent" && totals.peak_at) return format.moment(String(totals.peak_at));
    return null;
  };
  return (
    <div className={clsx("grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6", summary.isPlaceholderData && "opacity-50")}>
      {shown.map((name) => {
        const { label, unit } = measures[name];
        const values = daily.data?.rows.map((row) => Number(row[name]) || 0) ?? [];
        return (
          <section
            key={name}
            aria-label={label}
            className="flex min-h-[112px] min-w-0 flex-col rounded-xl border border-line bg-surface px-3.5 py-3"
            data-testid={`figure-${name}`}
          >
            <h2 className="text-xs text-faint">{label}</h2>
            <p className="tabular mt-0.5 text-[22px] leading-7 font-semibold tracking-tight" data-testid="value">
              {totals ? format.figure(totals[name], unit) : <span className="inline-block h-6 w-24 animate-pulse rounded bg-sunken" />}
            </p>
            <div className="mt-1 mb-1 flex min-h-5 items-end justify-between gap-2">
              {view.compare && totals ? (
                <Delta
                  name={name}
                  now={totals[name]}
                  before={before?.totals[name]}
                  onWhy={() => setExplained(name)}
                  whole={before !== undefined && before.meta.missingDays.length === 0 && summary.data?.meta.missingDays.length === 0}
                />
              ) : (
                <span />
              )}
              <Sparkline values={values} />
            </div>
            <p className="text-[11px] leading-4 text-faint">{note(name) ?? "\u00a0"}</p>
          </section>
        );
      })}
      {explained && <Why measure={explained} onClose={() => setExplained(null)} />}
    </div>
  );
}

/** The change, coloured where more is better or worse; periods that are not whole are not compared. */
function Delta({ name, now, before, whole, onWhy }: { name: MeasureName; now: unknown; before: unknown; whole: boolean; onWhy: () => void }) {
  const format = useFormat();
  const { unit, ...measure } = measures[name];
  if (!whole) {
    return (
      <span className="shrink-0 whitespace-nowrap text-xs text-faint" title="One of the two periods is not fully loaded, so a comparison would mislead.">
        no comparison
      </span>
    );
  }
  const text = format.change(now as number, before as number, unit);
  if (text === null) return <span className="text-xs text-faint">–</span>;
  const isUp = text.startsWith("+");
  const isFlat = text.startsWith("±");
  const isWorse = "worse" in measure && measure.worse;
  const tone = isFlat ? "text-faint" : isWorse ? (isUp ? "text-bad" : "text-good") : isUp ? "text-good" : "text-soft";
  return (
    <button
      type="button"
      title="Why did it change?"
      className={clsx("tabular rounded text-xs font-medium decoration-dotted underline-offset-4 hover:underline", tone)}
      onClick={onWhy}
    >
      {text}
      <span className="sr-only"> against the previous period: why did it change?</span>
    </button>
  );
}
