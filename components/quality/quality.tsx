"use client";

import { useSearchParams } from "next/navigation";
import { dimensions, type FilterName } from "@/lib/metrics/dimensions";
import { whyNotCompared } from "@/lib/metrics/known";
import { nameOf } from "@/lib/names";
import { Legend } from "../charts/legend";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor, compareWith } from "../data/over-time";
import { RoomName } from "../data/room-name";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import type { MetricsSpec } from "../filters/view";
import { BadShare } from "../overview/top-tables";
import { pick, Table } from "../ui/table";
import { Choice } from "../usage/choice";
import { BadOverTimeChart, BadOverTimeTable, badPoints } from "./bad-over-time";
import { BitrateChart } from "./bitrate-chart";
import { badSpec, matrixSpec, qualitySplits, worstKinds } from "./queries";
import { StreamMatrix } from "./stream-matrix";

/** Where calls are bad: over time, by stream, by client and place, and the worst rooms, conferences and people. */
export function Quality() {
  const { view } = useView();
  const by = bucketFor(view.from, view.to);
  const overSpec = badSpec(view);
  const over = useMetrics(overSpec);
  const matrix = useMetrics(matrixSpec);
  const format = useFormat(view.tz);
  const totals = over.data?.totals;
  const points = badPoints(view, by, over.data);
  const before = over.data?.previous;
  const compared = compareWith(points, before, by, "bad_share", format);
  const change = totals && before && !whyNotCompared(over.data?.meta, before.meta) ? format.change(totals.bad_share, before.totals.bad_share, "share") : null;
  return (
    <>
      <ReportHead title="Quality" />
      <Completeness meta={over.data?.meta} />
      <MetricsPanel
        spec={overSpec}
        title="Bad calls over time"
        note={
          totals &&
          !over.data?.meta.notLoaded && (
            <span className="tabular">
              {format.figure(totals.bad_share, "share")} of {format.figure(totals.rated_calls, "count")} rated calls
              {change && ` (${change} against ${compared})`} · {format.figure(totals.unrated_calls, "count")} not rated
            </span>
          )
        }
        query={over}
        empty={!Number(totals?.rated_calls) && "No rated calls in this period."}
        minHeight={220}
        legend={<Legend series={[]} dashed={compared} points={points} />}
        table={<BadOverTimeTable points={points} compared={compared} />}
      >
        <BadOverTimeChart points={points} by={by} height={220} compared={compared} />
      </MetricsPanel>
      <div className="grid gap-3 xl:grid-cols-2">
        <MetricsPanel spec={matrixSpec} title="Streams" note="share rated Bad, bit rates, time by grade" query={matrix} minHeight={250}>
          {matrix.data && <StreamMatrix totals={matrix.data.totals} detailed />}
        </MetricsPanel>
        <BitrateChart by={by} />
        <SplitTable />
        <Worst />
      </div>
      <Basis meta={over.data?.meta} />
    </>
  );
}

/** Bad share by browser, system, room, role, network, server or device. */
function SplitTable() {
  const search = useSearchParams();
  const { change } = useView();
  const asked = search.get("split") as FilterName;
  const split = (qualitySplits as readonly FilterName[]).includes(asked) ? asked : "browser";
  const spec = { measures: ["bad_calls", "rated_calls", "bad_share", "calls"], by: [split], order: "-bad_calls", limit: 30 } as const;
  const query = useMetrics(spec);
  return (
    <QualityTable
      title="By client and place"
      name={split}
      query={query}
      spec={spec}
      choice={
        <Choice
          label="By"
          name="split"
          value={split}
          options={qualitySplits.map((name) => [name, dimensions[name].label.toLowerCase()])}
          onPick={(name) => change({ split: name === "browser" ? null : name })}
        />
      }
    />
  );
}

/** The worst rooms, conferences or people by share of Bad calls; five rated calls at the least, so that one call tops no list. */
function Worst() {
  const search = useSearchParams();
  const { change } = useView();
  const asked = search.get("worst") as FilterName;
  const kind = (worstKinds as readonly FilterName[]).includes(asked) ? asked : "room";
  const spec = { measures: ["bad_share", "bad_calls", "rated_calls", "calls"], by: [kind], order: "-bad_share", limit: 30, havingCalls: 5 } as const;
  const query = useMetrics(spec);
  return (
    <QualityTable
      title="Worst, 5 or more calls"
      name={kind}
      query={query}
      spec={spec}
      choice={
        <Choice
          label="Of"
          name="worst"
          value={kind}
          options={worstKinds.map((name) => [name, `${dimensions[name].label.toLowerCase()}s`.replace("persons", "people")])}
          onPick={(name) => change({ worst: name === "room" ? null : name })}
        />
      }
    />
  );
}

function QualityTable({
  title,
  name,
  query,
  spec,
  choice,
}: {
  title: string;
  name: FilterName;
  query: ReturnType<typeof useMetrics>;
  spec: MetricsSpec;
  choice: React.ReactNode;
}) {
  const { change } = useView();
  const format = useFormat();
  const rows = query.data?.rows ?? [];
  const groups = query.data?.meta.groups ?? 0;
  const value = (row: MetricsRow) => (row[name] === null ? "" : String(row[name]));
  return (
    <MetricsPanel spec={spec} picture={false} title={title} note={choice} query={query} empty={rows.length === 0 && "No calls in this period."} minHeight={240}>
      <div className="max-h-[360px] overflow-y-auto">
        <Table
          caption={`${title}, ${dimensions[name].label.toLowerCase()}`}
          rows={rows}
          rowKey={value}
          onRow={(row) => change({ [name]: value(row) })}
          columns={[
            {
              key: "name",
              label: dimensions[name].label,
              className: "max-w-44",
              cell: (row) => (
                <button type="button" className={pick} onClick={() => change({ [name]: value(row) })}>
                  {name === "room" ? <RoomName id={value(row) || null} name={nameOf(query.data?.meta.names, value(row))} /> : value(row) || "none"}
                </button>
              ),
            },
            { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
            { key: "bad_calls", label: "Bad calls", numeric: true, cell: (row) => format.figure(row.bad_calls, "count") },
            { key: "rated", label: "Rated", numeric: true, cell: (row) => format.figure(row.rated_calls, "count") },
            { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
          ]}
        />
      </div>
      {groups > rows.length && (
        <p className="mt-2 text-xs text-faint">
          {rows.length} of {format.whole(groups)} shown
        </p>
      )}
    </MetricsPanel>
  );
}
