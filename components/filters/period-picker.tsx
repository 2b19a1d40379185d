"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { isDay, isZone, localDay, presets } from "@/lib/time";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";

export function PeriodPicker({ label }: { label: string }) {
  const { view, change } = useView();
  const { now } = useWorkspace();
  const [isOpen, setOpen] = useState(false);
  const today = localDay(isZone(view.tz) ? view.tz : "UTC", now);
  const pick = (period: { from: string; to: string }) => {
    change(period);
    setOpen(false);
  };
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button aria-label={`Period: ${label}`}>
          <b className="font-semibold">{label}</b>
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <div className="flex flex-wrap gap-3 p-1">
        <ul className="grid content-start gap-0.5">
          {Object.entries(presets).map(([name, preset]) => {
            const period = preset.of(today);
            const isCurrent = period.from === view.from && period.to === view.to;
            return (
              <li key={name}>
                <Button kind="quiet" className="w-full !justify-start" aria-pressed={isCurrent} onClick={() => pick(period)}>
                  {isCurrent ? <b className="text-ink">{preset.label}</b> : preset.label}
                </Button>
              </li>
            );
          })}
        </ul>
        <CustomPeriod key={`${view.from}${view.to}`} from={view.from} to={view.to} onPick={pick} />
      </div>
    </Popover>
  );
}

function CustomPeriod({ from, to, onPick }: { from: string; to: string; onPick: (period: { from: string; to: string }) => void }) {
  const [period, setPeriod] = useState({ from, to });
  const isGood = isDay(period.from) && isDay(period.to) && period.from <= period.to;
  return (
    <form
      className="grid content-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) onPick(period);
      }}
    >
      <Field label="From" type="date" required value={period.from} onChange={(event) => setPeriod({ ...period, from: event.target.value })} />
      <Field
        label="To"
        type="date"
        required
        value={period.to}
        errors={period.from > period.to ? ["must not be before the first day"] : undefined}
        onChange={(event) => setPeriod({ ...period, to: event.target.value })}
      />
      <Button type="submit" kind="strong" disabled={!isGood}>
        Show these days
      </Button>
    </form>
  );
}
