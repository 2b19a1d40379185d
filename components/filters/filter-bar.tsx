"use client";

import { X } from "lucide-react";
import { dimensions, type FilterName } from "@/lib/metrics/dimensions";
import { useFormat } from "../data/format";
import { Button } from "../ui/button";
import { ComparePicker } from "./compare-picker";
import { MoreFilters } from "./more-filters";
import { PeriodPicker } from "./period-picker";
import { SearchPicker } from "./search-picker";
import { useFixedFilters, useView } from "./use-view";
import { valuesOf } from "./view";
import { ZonePicker } from "./zone-picker";

/** The one filter bar of every page. Its whole state is in the address. */
export function FilterBar() {
  const { view, change } = useView();
  const fixed = useFixedFilters();
  const format = useFormat(view.tz);
  const free = (Object.keys(view.filters) as FilterName[]).filter((name) => !(name in fixed));
  const extra = free.filter((name) => name !== "room" && name !== "conference");
  const isNarrowed = free.length > 0 || view.user.length > 0;
  return (
    <div
      role="toolbar"
      aria-label="Filters"
      className="no-print sticky top-0 z-20 -mx-4 flex flex-wrap items-center gap-2 border-line border-b bg-canvas/95 px-4 py-2 backdrop-blur md:-mx-6 md:px-6"
    >
      <PeriodPicker label={format.period(view.from, view.to)} />
      <ComparePicker />
      {!fixed.room && <SearchPicker name="room" label="Room" />}
      {!fixed.conference && <SearchPicker name="conference" label="Conference" />}
      <MoreFilters />
      {extra.map((name) => (
        <Chip key={name} label={dimensions[name].label} values={valuesOf(view, name)} onRemove={() => change({ [name]: null })} />
      ))}
      {view.user.length > 0 && <Chip label="User" values={view.user} onRemove={() => change({ user: null })} />}
      {isNarrowed && (
        <Button kind="quiet" onClick={() => change({ user: null, ...Object.fromEntries(free.map((name) => [name, null])) })}>
          Clear filters
        </Button>
      )}
      <div className="ml-auto">
        <ZonePicker />
      </div>
    </div>
  );
}

function Chip({ label, values, onRemove }: { label: string; values: string[]; onRemove: () => void }) {
  const text = [...new Set(values)].map((value) => (value === "" ? "none" : value)).join(", ");
  return (
    <span className="inline-flex h-8 max-w-64 items-center gap-1 rounded-md border border-accent/40 bg-surface pr-1 pl-2.5">
      <span className="truncate">
        {label}: <b className="font-semibold">{text}</b>
      </span>
      <button
        type="button"
        aria-label={`Remove the filter ${label}: ${text}`}
        className="rounded p-1 text-faint hover:bg-sunken hover:text-ink"
        onClick={onRemove}
      >
        <X size={13} />
      </button>
    </span>
  );
}
