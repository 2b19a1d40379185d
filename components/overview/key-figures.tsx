"use client";

import { clsx } from "clsx";
import dynamic from "next/dynamic";
import { useState } from "react";
import { bucketStates, whyNotCompared } from "@/lib/metrics/known";
import { adds, type MeasureName, measures } from "@/lib/metrics/measures";
import { bucketsOf } from "@/lib/time";
import { Sparkline } from "../charts/sparkline";
import { useFormat } from "../data/format";

import { useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { overviewQueries } from "./queries";

// What explains a change is asked for when somebody asks for it.
const Why = dynamic(() => import("../why/why").then((module) => module.Why), { ssr: false });

const shown = ["billed_minutes", "calls", "conferences", "people", "bad_share", "peak_concurrent"] as const;

/** Six key figures with their change against the days that the view is compared with. */
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
  const isUnknown = summary.data?.meta.notLoaded;
  const whyNot = whyNotCompared(summary.data?.meta, before?.meta);
  const compared = before && format.period(before.meta.from, before.meta.to);
  const days = bucketsOf(view, "day");
  const states = bucketStates(daily.data?.meta, days, "day");
  const byDay = new Map(daily.data?.rows.map((row) => [row.day, row]));
  const valueOn = (name: MeasureName, day: string): number | null => {
    const value = byDay.get(day)?.[name];
    if (typeof value === "number") return value;
    const state = states.get(day);
    return adds(name) && state !== "missing" && state !== "coming" ? 0 : null;
  };
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
        return (
          <section
            key={name}
            aria-label={label}
            className="flex min-h-[112px] min-w-0 flex-col rounded-xl border border-line bg-surface px-3.5 py-3"
            data-testid={`figure-${name}`}
          >
            <h2 className="text-xs text-faint">{label}</h2>
            <p className="tabular mt-0.5 text-[22px] leading-7 font-semibold tracking-tight" data-testid="value">
              {isUnknown ? (
                <span className="text-base text-soft">Not loaded</span>
              ) : totals ? (
                format.figure(totals[name], unit)
              ) : (
                <span className="inline-block h-6 w-24 animate-pulse rounded bg-sunken" />
              )}
            </p>
            <div className="mt-1 mb-1 flex min-h-5 items-end justify-between gap-2">
              {before && compared && totals && !whyNot ? (
                <Delta name={name} now={totals[name]} before={before.totals[name]} compared={compared} onWhy={() => setExplained(name)} />
              ) : (
                <span />
              )}
              <Sparkline values={daily.data ? days.map((day) => valueOn(name, day)) : []} />
            </div>
            <p className="text-[11px] leading-4 text-faint">{note(name) ?? "\u00a0"}</p>
          </section>
        );
      })}
      {whyNot && (
        <p className="col-span-full text-xs text-faint">
          Not compared with {compared}: {whyNot}.
        </p>
      )}
      {explained && <Why measure={explained} onClose={() => setExplained(null)} />}
    </div>
  );
}

/** The change, coloured where more is better or worse. */
function Delta({ name, now, before, compared, onWhy }: { name: MeasureName; now: unknown; before: unknown; compared: string; onWhy: () => void }) {
  const format = useFormat();
  const { unit, ...measure } = measures[name];
  const text = format.change(now as number, before as number, unit);
  if (text === null) return <span className="text-xs text-faint">–</span>;
  const isUp = text.startsWith("+");
  const isFlat = text.startsWith("±");
  const isWorse = "worse" in measure && measure.worse;
  const tone = isFlat ? "text-faint" : isWorse ? (isUp ? "text-bad" : "text-good") : isUp ? "text-good" : "text-soft";
  return (
    <button
      type="button"
      title={`Against ${compared}. Why did it change?`}
      className={clsx("tabular rounded text-xs font-medium decoration-dotted underline-offset-4 hover:underline", tone)}
      onClick={onWhy}
    >
      {text}
      <span className="sr-only"> against {compared}: why did it change?</span>
    </button>
  );
}
