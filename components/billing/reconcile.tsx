"use client";

import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { CallLink } from "../data/links";
import { useAction } from "../data/use-action";
import type { MetricsMeta } from "../data/use-metrics";
import { ExportDialog } from "../filters/export-dialog";
import type { Exported } from "../filters/export-menu";
import { useView } from "../filters/use-view";
import { Button } from "../ui/button";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { type Column, Table } from "../ui/table";

interface Preview {
  columns: string[];
  rows: string[][];
  count: number;
  id: string | null;
  minutes: string | null;
}

interface Group<T> {
  count: number;
  minutes: number;
  rows: T[];
}

interface Reconciliation {
  theirs: { rows: number; minutes: number };
  ours: { rows: number; minutes: number };
  difference: number;
  matched: { count: number; minutes: number };
  missingHere: Group<{ id: string; minutes: number }>;
  changedIds: Group<{ id: string; minutes: number }>;
  missingThere: Group<{ id: string; minutes: number; callId: string; userName: string | null; loggedAt: string }>;
  differing: Group<{ id: string; callId: string; theirs: number; ours: number }>;
  repeated: number;
  meta: MetricsMeta;
}

/** The vendor's own list of CDRs against the loaded calls of the period, row by row. */
export function Reconcile() {
  const { view } = useView();
  const format = useFormat(view.tz);
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [result, setResult] = useState<Reconciliation | null>(null);
  const { isBusy, problem, errors, run } = useAction();
  const [exported, setExported] = useState<Exported | null>(null);
  const [asked, setAsked] = useState<Record<string, string>>({});
  const pathOf = (more: Record<string, string>) => {
    const query = new URLSearchParams({ from: view.from, to: view.to, tz: view.tz, basis: view.basis, ...more });
    for (const account of view.account) query.append("account", account);
    return `/api/v1/billing/reconcile?${query}`;
  };
  const send = <T,>(more: Record<string, string>, of: File) => fetchJson<T>(pathOf(more), { method: "POST", file: of });
  const takeAway = (form: "csv" | "xlsx") => file && setExported({ title: "Reconciliation", path: pathOf({ ...asked, form }), file });
  const take = (picked: File | undefined) => {
    if (!picked) return;
    setFile(picked);
    setPreview(null);
    setResult(null);
    void run(async () => setPreview(await send<Preview>({ preview: "yes" }, picked)));
  };
  return (
    <>
      <Panel
        title="The vendor's list of CDRs"
        note={`against the calls of ${format.period(view.from, view.to)}, by ${view.basis === "connected" ? "connect time" : "log date"}`}
      >
        <fieldset
          aria-label="File"
          className="grid gap-3"
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            take(event.dataTransfer.files[0]);
          }}
        >
          <Field
            label="CSV, XLSX or XLS from the vendor's portal"
            type="file"
            accept=".csv,.xlsx,.xls,text/csv"
            className="!py-1.5 max-w-md"
            hint="Pick a file, or drop it here. It is compared and not kept."
            onChange={(event) => take(event.target.files?.[0])}
            errors={errors.file}
          />
          {isBusy && <p className="text-faint">Reading the file</p>}
          <ProblemText problem={problem} />
          {preview && file && (
            <form
              className="grid gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                const form = new FormData(event.currentTarget);
                const columns = { id: String(form.get("id")), minutes: String(form.get("minutes")) };
                setAsked(columns);
                void run(async () => setResult(await send<Reconciliation>(columns, file)));
              }}
            >
              <div className="grid max-w-xl gap-3 sm:grid-cols-2">
                <ColumnChoice label="Column with the CDR id or Log ID" name="id" columns={preview.columns} found={preview.id} />
                <ColumnChoice label="Column with the billed minutes" name="minutes" columns={preview.columns} found={preview.minutes} />
              </div>
              <Table
                caption="First rows of the file"
                rows={preview.rows}
                rowKey={(row) => row.join("\n")}
                columns={preview.columns.map(
                  (name, index): Column<string[]> => ({
                    key: `${index}${name}`,
                    label: name,
                    className: "max-w-40 truncate",
                    cell: (row) => row[index] ?? "",
                  }),
                )}
              />
              <p className="text-xs text-faint">{format.whole(preview.count)} rows</p>
              <div>
                <Button type="submit" kind="strong" disabled={isBusy}>
                  Compare
                </Button>
              </div>
            </form>
          )}
        </fieldset>
      </Panel>
      {result && <Result result={result} onTakeAway={takeAway} />}
      {exported && <ExportDialog exported={exported} onClose={() => setExported(null)} />}
    </>
  );
}

function ColumnChoice({ label, name, columns, found }: { label: string; name: string; columns: string[]; found: string | null }) {
  return (
    <Select label={label} name={name} defaultValue={found ?? undefined} required>
      {columns.map((column) => (
        <option key={column}>{column}</option>
      ))}
    </Select>
  );
}

function Result({ result, onTakeAway }: { result: Reconciliation; onTakeAway: (form: "csv" | "xlsx") => void }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const minutes = (value: number) => format.figure(value, "minutes");
  const signed = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : "±"}${minutes(Math.abs(value))}`;
  const { theirs, ours, difference, matched, missingHere, changedIds, missingThere, differing, repeated, meta } = result;
  const account = meta.accounts[0] ?? "";
  const lines = [
    { name: "Matched", count: matched.count, adds: 0, told: `${minutes(matched.minutes)} minutes on both sides` },
    { name: "Missing here", count: missingHere.count, adds: missingHere.minutes, told: "in the file, not among the loaded calls" },
    ...(changedIds.count > 0
      ? [
          {
            name: "Ids changed",
            count: changedIds.count,
            adds: changedIds.minutes,
            told: `a spreadsheet took ids for numbers, such as ${changedIds.rows[0]?.id}; send the list as it came, or as XLSX`,
          },
        ]
      : []),
    { name: "Missing there", count: missingThere.count, adds: -missingThere.minutes, told: "loaded, not in the file" },
    { name: "Differing", count: differing.count, adds: differing.minutes, told: "other minutes on the two sides" },
  ];
  const more = (group: Group<unknown>) =>
    group.count > group.rows.length && (
      <p className="mt-2 text-xs text-faint">
        The first {format.whole(group.rows.length)} of {format.whole(group.count)}.
      </p>
    );
  return (
    <>
      <Completeness meta={meta} />
      <Panel
        title={`The file has ${minutes(theirs.minutes)} minutes, Meetledger ${minutes(ours.minutes)}: ${signed(difference)}`}
        note={
          <>
            {repeated > 0 && `${format.whole(repeated)} rows of the file repeat an id; their minutes were added`}
            {(["csv", "xlsx"] as const).map((form) => (
              <button key={form} type="button" className="uppercase underline hover:text-ink" onClick={() => onTakeAway(form)}>
                {form}
              </button>
            ))}
          </>
        }
      >
        <Table
          caption="Where the difference comes from"
          rows={lines}
          rowKey={({ name }) => name}
          columns={[
            { key: "name", label: "Group", cell: ({ name }) => name },
            { key: "told", label: "", className: "hidden text-faint sm:table-cell", cell: ({ told }) => told },
            { key: "count", label: "Calls", numeric: true, cell: ({ count }) => format.whole(count) },
            { key: "adds", label: "Adds to the difference", numeric: true, cell: ({ adds }) => signed(adds) },
          ]}
        />
        <p className="tabular mt-1 text-right font-semibold">{signed(difference)}</p>
      </Panel>
      {differing.count > 0 && (
        <Panel title="Differing">
          <Table
            caption="Differing calls"
            rows={differing.rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "id",
                label: "Id",
                cell: ({ id, callId }) => (
                  <CallLink id={callId} account={account}>
                    {id}
                  </CallLink>
                ),
              },
              { key: "theirs", label: "File", numeric: true, cell: (row) => minutes(row.theirs) },
              { key: "ours", label: "Here", numeric: true, cell: (row) => minutes(row.ours) },
              { key: "difference", label: "Difference", numeric: true, cell: (row) => signed(row.theirs - row.ours) },
            ]}
          />
          {more(differing)}
        </Panel>
      )}
      {missingThere.count > 0 && (
        <Panel title="Missing there">
          <Table
            caption="Calls that the file does not have"
            rows={missingThere.rows}
            rowKey={({ callId }) => callId}
            columns={[
              {
                key: "id",
                label: "Id",
                cell: ({ id, callId }) => (
                  <CallLink id={callId} account={account}>
                    {id}
                  </CallLink>
                ),
              },
              { key: "name", label: "Person", cell: ({ userName }) => userName ?? "–" },
              { key: "logged", label: `Logged (${view.tz})`, numeric: true, cell: ({ loggedAt }) => format.moment(loggedAt) },
              { key: "minutes", label: "Minutes", numeric: true, cell: (row) => minutes(row.minutes) },
            ]}
          />
          {more(missingThere)}
        </Panel>
      )}
      {missingHere.count > 0 && (
        <Panel title="Missing here">
          <Table
            caption="Rows of the file without a loaded call"
            rows={missingHere.rows}
            rowKey={({ id }) => id}
            columns={[
              { key: "id", label: "Id", cell: ({ id }) => id },
              { key: "minutes", label: "Minutes", numeric: true, cell: (row) => minutes(row.minutes) },
            ]}
          />
          {more(missingHere)}
        </Panel>
      )}
    </>
  );
}
