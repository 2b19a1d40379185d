"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { addDays, daysBetween, endOfMonth, startOfMonth, utcDay, weekdayOf } from "@/lib/time";
import { useFormat } from "../data/format";
import { useWorkspace } from "../data/workspace";
import { useView } from "../filters/use-view";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";

interface Day {
  day: string;
  state: "missing" | "partial" | "final" | "coming";
  /** Null for whoever sees a part of them. */
  calls: number | null;
  /** Those of them that the last answer for the day did not have any more. */
  withdrawn: number | null;
  fetchedAt: string | null;
  error: string | null;
}

const words = {
  final: ["loaded and final", "bg-good-tint text-good"],
  partial: ["loaded, late records may come", "bg-warn-tint text-warn"],
  missing: ["not loaded", "hatched text-soft"],
  failed: ["failed", "bg-bad-tint text-bad"],
} as const;

const kindOf = ({ state, error }: Day) => (error !== null ? "failed" : state === "coming" ? "missing" : state);

/** What is loaded, day by day, three months at a time. A day that failed says why. */
export function Coverage() {
  const { now } = useWorkspace();
  const { view } = useView();
  const format = useFormat();
  const [back, setBack] = useState(0);
  const [picked, setPicked] = useState<string | null>(null);
  let lastMonth = startOfMonth(utcDay(now));
  for (let step = 0; step < back; step++) lastMonth = startOfMonth(addDays(lastMonth, -1));
  const months = [startOfMonth(addDays(startOfMonth(addDays(lastMonth, -1)), -1)), startOfMonth(addDays(lastMonth, -1)), lastMonth];
  const query = new URLSearchParams({ from: months[0] as string, to: endOfMonth(lastMonth) });
  for (const account of view.account) query.append("account", account);
  const coverage = useQuery({ queryKey: ["coverage", query.toString()], queryFn: () => fetchJson<{ rows: Day[] }>(`/api/v1/coverage?${query}`) });
  const byDay = new Map(coverage.data?.rows.map((row) => [row.day, row]));
  const shown = picked ? byDay.get(picked) : undefined;
  return (
    <Panel
      title="What is loaded"
      legend={
        <ul className="flex flex-wrap gap-3">
          {Object.entries(words).map(([kind, [word, tone]]) => (
            <li key={kind} className="flex items-center gap-1.5">
              <span aria-hidden className={clsx("size-2.5 rounded-sm border border-line", tone)} />
              {word}
            </li>
          ))}
        </ul>
      }
      note={
        <span className="flex gap-1">
          <Button onClick={() => setBack(back + 3)}>Earlier</Button>
          <Button onClick={() => setBack(Math.max(0, back - 3))} disabled={back === 0}>
            Later
          </Button>
        </span>
      }
      query={coverage}
      minHeight={230}
    >
      <div className="grid gap-4 md:grid-cols-3">
        {months.map((month) => (
          <Month key={month} month={month} today={utcDay(now)} byDay={byDay} picked={picked} onPick={setPicked} />
        ))}
      </div>
      <p role="status" className="mt-3 min-h-5 text-soft">
        {shown ? (
          <>
            <b className="font-semibold text-ink">{format.longDay(shown.day)}</b>: {shown.state === "coming" ? "still to come" : words[shown.state][0]}
            {shown.calls !== null && `, ${format.whole(shown.calls)} calls`}
            {Number(shown.withdrawn) > 0 && ` (${format.whole(Number(shown.withdrawn))} of them not delivered any more)`}
            {shown.fetchedAt && `, fetched ${format.moment(shown.fetchedAt)}`}.
            {shown.error && <span className="text-bad"> The last try failed: {shown.error}</span>}
          </>
        ) : (
          "Pick a day to see more."
        )}
      </p>
    </Panel>
  );
}

function Month({
  month,
  today,
  byDay,
  picked,
  onPick,
}: {
  month: string;
  today: string;
  byDay: Map<string, Day>;
  picked: string | null;
  onPick: (day: string) => void;
}) {
  const format = useFormat();
  return (
    <div>
      <h3 className="mb-1.5 text-xs font-medium text-soft">{format.bucket(month.slice(0, 7))}</h3>
      <div className="grid grid-cols-7 gap-1">
        {daysBetween(month, endOfMonth(month)).map((day, index) => {
          const row = byDay.get(day);
          const isFuture = day > today;
          const kind = row ? kindOf(row) : "missing";
          return (
            <button
              key={day}
              type="button"
              disabled={isFuture}
              aria-pressed={picked === day}
              aria-label={`${format.longDay(day)}: ${isFuture ? "to come" : words[kind][0]}${row?.calls != null && !isFuture ? `, ${format.whole(row.calls)} calls` : ""}`}
              title={row?.error ?? undefined}
              style={index === 0 ? { gridColumnStart: weekdayOf(day) + 1 } : undefined}
              className={clsx("tabular h-7 rounded text-xs", isFuture ? "text-faint/60" : words[kind][1], picked === day && "ring-2 ring-accent")}
              onClick={() => onPick(day)}
            >
              {Number(day.slice(8))}
            </button>
          );
        })}
      </div>
    </div>
  );
}
