"use client";

import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { exactSum } from "@/lib/exact";
import { callFields } from "@/lib/metrics/call-fields";
import { own } from "@/lib/names";
import { supportText } from "../conference/support-text";
import type { CallRow } from "../data/calls";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { grouped } from "../data/grouped";
import { emptyWords } from "../data/loaded";
import { useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Panel } from "../ui/panel";
import { Popover } from "../ui/popover";
import { CallsTable } from "./calls-table";

const usualFields = [
  "trans_date",
  "user_name",
  "role",
  "room_name",
  "conf_num",
  "connect_seconds",
  "billed_minutes",
  "quality",
  "browser",
  "os",
  "track_combination",
];
const usualSort = "-logged";

/** Every call of the view, however many: columns, order and filters are in the address. */
export function Calls() {
  return (
    <>
      <ReportHead title="Calls" />
      <CallsPanel />
    </>
  );
}

export function CallsPanel({ title = "Calls of the period" }: { title?: string }) {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const totals = useMetrics({ measures: ["calls", "billed_minutes", "bad_share", "unrated_calls"] });
  const [selected, setSelected] = useState<ReadonlyMap<string, CallRow>>(new Map());
  const asked =
    search
      .get("fields")
      ?.split(",")
      .filter((field) => own(callFields, field)) ?? [];
  const fields = asked.length > 0 ? asked : usualFields;
  const sort = search.get("sort") ?? usualSort;
  const select = (call: CallRow) => {
    const key = `${call.account}:${call.call_id}`;
    const next = new Map(selected);
    if (!next.delete(key)) next.set(key, call);
    setSelected(next);
  };
  const sum = totals.data?.totals;
  return (
    <>
      <Completeness meta={totals.data?.meta} />
      <Panel
        title={title}
        note={
          <>
            {sum && !totals.data?.meta.notLoaded && (
              <span className="tabular">
                {format.figure(sum.calls, "count")} calls · {format.figure(sum.billed_minutes, "minutes")} min · {format.figure(sum.bad_share, "share")} bad
              </span>
            )}
            <ColumnChooser fields={fields} onChange={(next) => change({ fields: next.join(",") === usualFields.join(",") ? null : next.join(",") })} />
          </>
        }
      >
        {selected.size > 0 && <Picked calls={[...selected.values()]} onClear={() => setSelected(new Map())} />}
        <CallsTable
          fields={fields}
          sort={sort}
          onSort={(next) => change({ sort: next === usualSort ? null : next })}
          total={sum ? Number(sum.calls) : null}
          empty={emptyWords(totals.data?.meta, "No calls in this period. Choose other days or remove a filter.") || ""}
          selected={selected}
          onSelect={select}
        />
      </Panel>
      <Basis meta={totals.data?.meta} />
    </>
  );
}

/** What can be done with the picked calls. */
function Picked({ calls, onClear }: { calls: CallRow[]; onClear: () => void }) {
  const format = useFormat();
  const minutes = exactSum(calls.map(({ billed_minutes }) => billed_minutes ?? 0));
  const byConference = grouped(calls, ({ conf_num }) => conf_num ?? "none");
  const text = [...byConference].map(([conference, of]) => supportText(conference, of)).join("\n\n");
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 rounded-lg bg-sunken px-3 py-2" role="status">
      <b className="font-semibold">{format.whole(calls.length)} picked</b>
      <span className="tabular text-soft">{format.figure(minutes, "minutes")} billed minutes</span>
      <CopyButton text={text}>Copy for support</CopyButton>
      <Button kind="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

function ColumnChooser(props: { fields: string[]; onChange: (fields: string[]) => void }) {
  return (
    <Popover align="end" trigger={<Button>Columns</Button>}>
      <ColumnList {...props} />
    </Popover>
  );
}

/** What is ticked shows at once; the table follows when the address has changed. */
function ColumnList({ fields: first, onChange }: { fields: string[]; onChange: (fields: string[]) => void }) {
  const [fields, setFields] = useState(first);
  const groups = grouped(Object.entries(callFields), ([, { group }]) => group);
  const order = Object.keys(callFields);
  // Usual columns keep their place; others come after them in the order of the call page.
  const place = (field: string) => (usualFields.includes(field) ? usualFields.indexOf(field) : usualFields.length + order.indexOf(field));
  const choose = (next: string[]) => {
    if (next.length === 0) return;
    setFields(next);
    onChange(next);
  };
  const toggle = (field: string) =>
    choose(fields.includes(field) ? fields.filter((one) => one !== field) : [...fields, field].sort((a, b) => place(a) - place(b)));
  return (
    <div className="grid max-h-[60vh] w-72 max-w-full gap-3 overflow-auto p-1">
      <Button kind="quiet" onClick={() => choose(usualFields)}>
        Usual columns
      </Button>
      {[...groups].map(([group, members]) => (
        <fieldset key={group} className="grid gap-1">
          <legend className="mb-1 text-xs text-faint">{group}</legend>
          {members.map(([field, { label }]) => (
            <label key={field} className="flex items-center gap-2 rounded px-1 py-0.5 hover:bg-sunken">
              <input type="checkbox" checked={fields.includes(field)} onChange={() => toggle(field)} />
              {label}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
