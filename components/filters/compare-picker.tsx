"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { comparedPeriod, isDay } from "@/lib/time";
import { useFormat } from "../data/format";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";
import { comparedDays, usualComparison } from "./view";

const rules = [
  ["matched", "Days that are alike"],
  ["previous", "Right before"],
  ["year", "A year before"],
] as const;

/** With which days the page compares: by a rule, or days of one's own. Each choice shows its days. */
export function ComparePicker() {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const [isOpen, setOpen] = useState(false);
  const days = comparedDays(view);
  const label = days ? `vs ${format.period(days.from, days.to)}` : "No comparison";
  const isGood = isDay(view.from) && isDay(view.to) && view.from <= view.to;
  const pick = (compare: string) => {
    change({ compare: compare === usualComparison ? null : compare });
    setOpen(false);
  };
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button aria-label={`Comparison: ${label}`}>
          {label}
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <div className="flex flex-wrap gap-3 p-1">
        <ul className="grid content-start gap-0.5">
          {isGood &&
            rules.map(([name, words]) => {
              const compared = comparedPeriod(view, name);
              return (
                <Choice key={name} isCurrent={view.compare === name} onPick={() => pick(name)}>
                  {words} <span className="text-faint">{format.period(compared.from, compared.to)}</span>
                </Choice>
              );
            })}
          <Choice isCurrent={view.compare === "none"} onPick={() => pick("none")}>
            No comparison
          </Choice>
        </ul>
        <OwnDays key={`${days?.from}${days?.to}`} from={days?.from ?? ""} to={days?.to ?? ""} onPick={pick} />
      </div>
    </Popover>
  );
}

function Choice({ isCurrent, onPick, children }: { isCurrent: boolean; onPick: () => void; children: React.ReactNode }) {
  return (
    <li>
      <Button kind="quiet" className="w-full !justify-start gap-2" aria-pressed={isCurrent} onClick={onPick}>
        {isCurrent ? <b className="text-ink">{children}</b> : children}
      </Button>
    </li>
  );
}

function OwnDays({ from, to, onPick }: { from: string; to: string; onPick: (compare: string) => void }) {
  const { view } = useView();
  const [days, setDays] = useState({ from, to });
  const isInOrder = isDay(days.from) && isDay(days.to) && days.from <= days.to;
  const overlaps = isInOrder && days.from <= view.to && view.from <= days.to;
  return (
    <form
      className="grid content-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isInOrder && !overlaps) onPick(`${days.from}..${days.to}`);
      }}
    >
      <Field label="Compare from" type="date" required value={days.from} onChange={(event) => setDays({ ...days, from: event.target.value })} />
      <Field
        label="to"
        type="date"
        required
        value={days.to}
        errors={overlaps ? ["these days overlap the period itself"] : days.from > days.to ? ["must not be before the first day"] : undefined}
        onChange={(event) => setDays({ ...days, to: event.target.value })}
      />
      <Button type="submit" kind="strong" disabled={!isInOrder || overlaps}>
        Compare with these days
      </Button>
    </form>
  );
}
