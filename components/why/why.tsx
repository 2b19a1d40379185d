"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { dimensionOf, type FilterName } from "@/lib/metrics/dimensions";
import { type MeasureName, measureOf, type Unit } from "@/lib/metrics/measures";
import { nameOf } from "@/lib/names";
import { type Format, useFormat } from "../data/format";
import { emptyWords } from "../data/loaded";
import { type MetricsMeta, useAsk } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { comparedDays, comparedParams } from "../filters/view";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import { Panel } from "../ui/panel";
import { pick, Table } from "../ui/table";

interface ChangesAnswer {
  now: number | null;
  before: number | null;
  change: number;
  rows: { group: string | boolean | null; now: number | null; before: number | null; contribution: number }[];
  rest: { groups: number; contribution: number };
  meta: MetricsMeta;
}

const splits = ["room", "tag", "role", "browser", "os", "network", "sigserver", "app"] as const satisfies readonly FilterName[];

/** Why a figure changed against the days that it is compared with: which groups moved it most. What they add sums to the change. */
export function Why({ measure, onClose }: { measure: MeasureName; onClose: () => void }) {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const [by, setBy] = useState<FilterName>("room");
  const { label, unit } = measureOf(measure);
  const answer = useAsk<ChangesAnswer>("/api/v1/changes", { measure, by, limit: "12" }, { compare: true });
  const days = comparedDays(view);
  const { data } = answer;
  const rows = data?.rows.filter(({ contribution }) => contribution !== 0) ?? [];
  const most = Math.max(...rows.map(({ contribution }) => Math.abs(contribution)), Number.MIN_VALUE);
  const pickGroup = (group: string | boolean | null) => {
    onClose();
    change({ [by]: group === null ? "" : String(group) });
  };
  return (
    <Dialog
      onClose={onClose}
      title={`Why did “${label}” change?`}
      description={`${days ? `${format.period(view.from, view.to)} against ${format.period(days.from, days.to)}. ` : ""}What the groups add sums to the change.`}
      wide
    >
      <fieldset className="flex flex-wrap gap-1" aria-label="Split by">
        {splits.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={by === name}
            className={clsx("h-8 rounded-md px-2.5 font-medium", by === name ? "bg-ink text-canvas" : "text-soft hover:bg-sunken")}
            onClick={() => setBy(name)}
          >
            {dimensionOf(name).label}
          </button>
        ))}
      </fieldset>
      {data && data.meta.missingDays.length > 0 && (
        <Notice tone="warn">{data.meta.missingDays.length} days of the two periods are not loaded, so part of the change may be missing records.</Notice>
      )}
      <Panel
        title={data ? `${tell(data.before, unit, format)} → ${tell(data.now, unit, format)}, ${signed(data.change, unit, format)}` : label}
        query={answer}
        note={["csv", "xlsx"].map((form) => (
          <a
            key={form}
            className="uppercase underline hover:text-ink"
            href={`/api/v1/export/changes.${form}?${new URLSearchParams({ measure, by })}&${comparedParams(view)}`}
            download
          >
            {form}
          </a>
        ))}
        empty={emptyWords(data?.meta, rows.length === 0 && "Nothing moved it.")}
        minHeight={300}
        className="!border-0 !p-0"
      >
        <Table
          caption={`What changed ${label}, by ${dimensionOf(by).label.toLowerCase()}`}
          rows={rows}
          rowKey={({ group }) => String(group)}
          columns={[
            {
              key: "group",
              label: dimensionOf(by).label,
              className: "max-w-44",
              cell: ({ group }) => (
                <button type="button" className={pick} onClick={() => pickGroup(group)}>
                  {group === null ? "none" : (nameOf(data?.meta.names, group) ?? String(group))}
                </button>
              ),
            },
            { key: "before", label: "Before", numeric: true, className: "hidden sm:table-cell", cell: ({ before }) => tell(before, unit, format) },
            { key: "now", label: "Now", numeric: true, className: "hidden sm:table-cell", cell: ({ now }) => tell(now, unit, format) },
            { key: "adds", label: "Adds to the change", numeric: true, cell: ({ contribution }) => signed(contribution, unit, format) },
            {
              key: "bar",
              label: <span className="sr-only">Size</span>,
              cell: ({ contribution }) => (
                <span aria-hidden className="relative block h-2 w-24 sm:w-40">
                  <span className="absolute inset-y-0 left-1/2 w-px bg-line" />
                  <span
                    className="absolute inset-y-0 rounded-sm"
                    style={{
                      background: contribution > 0 ? "var(--series-1)" : "var(--series-5)",
                      left: contribution > 0 ? "50%" : `${50 - (Math.abs(contribution) / most) * 50}%`,
                      width: `${(Math.abs(contribution) / most) * 50}%`,
                    }}
                  />
                </span>
              ),
            },
          ]}
        />
        {data && data.rest.groups > 0 && (
          <p className="tabular mt-2 text-xs text-faint">
            {data.rest.groups} others add {signed(data.rest.contribution, unit, format)}.
          </p>
        )}
        {measureOf(measure).of && <p className="mt-2 text-xs text-faint">{explain(measure)}</p>}
      </Panel>
    </Dialog>
  );
}

function explain(measure: MeasureName): string {
  const { of } = measureOf(measure);
  return of && "distinct" in of
    ? "What was seen in several groups counts in equal parts for each."
    : "A group adds by its own share, and by how much of all calls are its.";
}

/** Distinct things count in parts, so their groups' values may have a fraction. */
const tell = (value: number | null, unit: Unit, format: Format) =>
  unit === "count" && value !== null ? format.figure(Math.round(value * 10) / 10, unit) : format.figure(value, unit);

/** A change with its sign: points for shares. */
function signed(value: number, unit: Unit, format: Format): string {
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  const size = Math.abs(value);
  if (unit === "share") return `${sign}${format.points(size)}`;
  return `${sign}${tell(size, unit, format)}`;
}
