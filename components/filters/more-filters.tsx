"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, ChevronLeft, Plus } from "lucide-react";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { dimensions, type FilterName, filterNames } from "@/lib/metrics/dimensions";
import { useFormat } from "../data/format";
import type { MetricsAnswer } from "../data/use-metrics";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";
import { metricsPath, valuesOf } from "./view";

const offered = filterNames.filter((name) => name !== "room" && name !== "conference");

/** Every further filter: first which, then its values as they occur in the period, the most frequent first. */
export function MoreFilters() {
  const [isOpen, setOpen] = useState(false);
  const { seesNames } = useWorkspace();
  const [name, setName] = useState<FilterName | "user" | null>(null);
  return (
    <Popover
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) setName(null);
      }}
      trigger={
        <Button kind="quiet" className="border border-line border-dashed">
          <Plus size={13} aria-hidden /> Filter
        </Button>
      }
    >
      <div className="grid w-72 max-w-full gap-1">
        {name === null ? (
          <ul>
            {offered.map((one) => (
              <li key={one}>
                <Button kind="quiet" className="w-full !justify-start" onClick={() => setName(one)}>
                  {dimensions[one].label}
                </Button>
              </li>
            ))}
            {seesNames && (
              <li>
                <Button kind="quiet" className="w-full !justify-start" onClick={() => setName("user")}>
                  User name or ref contains
                </Button>
              </li>
            )}
          </ul>
        ) : (
          <>
            <Button kind="quiet" className="!justify-start" onClick={() => setName(null)}>
              <ChevronLeft size={14} aria-hidden /> {name === "user" ? "User" : dimensions[name].label}
            </Button>
            {name === "user" ? <UserFilter onDone={() => setOpen(false)} /> : <Values name={name} />}
          </>
        )}
      </div>
    </Popover>
  );
}

function UserFilter({ onDone }: { onDone: () => void }) {
  const { view, change } = useView();
  const [text, setText] = useState(view.user[0] ?? "");
  return (
    <form
      className="grid gap-2 p-1"
      onSubmit={(event) => {
        event.preventDefault();
        change({ user: text.trim() === "" ? null : text.trim() });
        onDone();
      }}
    >
      <Field label="Part of a name or ref" autoFocus value={text} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" kind="strong">
        Apply
      </Button>
    </form>
  );
}

function Values({ name }: { name: FilterName }) {
  const { view, change } = useView();
  const format = useFormat();
  const picked = valuesOf(view, name);
  // Without its own filter, so that other values can be added to it.
  const path = metricsPath({ ...view, filters: { ...view.filters, [name]: [] } }, { measures: ["calls"], by: [name], order: "-calls", limit: 50 });
  const values = useQuery({ queryKey: ["metrics", path], queryFn: () => fetchJson<MetricsAnswer>(path) });
  if (values.error) return <p className="px-2 py-3 text-bad">{values.error.message}</p>;
  if (!values.data) return <p className="px-2 py-3 text-faint">Loading</p>;
  if (values.data.rows.length === 0) return <p className="px-2 py-3 text-faint">No calls in this period.</p>;
  return (
    <ul className="max-h-72 overflow-auto">
      {values.data.rows.map((row) => {
        const value = row[name] === null ? "" : String(row[name]);
        const isPicked = picked.includes(value);
        return (
          <li key={value}>
            <button
              type="button"
              aria-pressed={isPicked}
              className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
              onClick={() => change({ [name]: isPicked ? picked.filter((one) => one !== value) : [...picked, value] })}
            >
              <Check size={14} aria-hidden className={isPicked ? "text-accent" : "opacity-0"} />
              <span className="flex-1 truncate">{value === "" ? "none" : value}</span>
              <span className="tabular text-xs text-faint">{format.whole(Number(row.calls))}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
