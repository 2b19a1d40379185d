"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useEffect, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { dimensions } from "@/lib/metrics/dimensions";
import { bucketStates } from "@/lib/metrics/known";
import { type MeasureName, measures, whyNoSum } from "@/lib/metrics/measures";
import { bucketsOf } from "@/lib/time";
import { Sparkline } from "../charts/sparkline";
import { Basis, Completeness } from "../data/completeness";
import { type Format, useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor } from "../data/over-time";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { FixedFilters, useView } from "../filters/use-view";
import { BadShare } from "../overview/top-tables";
import { Panel } from "../ui/panel";
import { type Column, Table } from "../ui/table";

type Kind = "room" | "conference" | "person";

export interface GroupListProps {
  title: string;
  kind: Kind;
  /** Where names and ids are searched. */
  searchPath: string;
  searchLabel: string;
  measures: readonly MeasureName[];
  /** Measures that the kind's own columns show. */
  also?: readonly MeasureName[];
  usualOrder: string;
  name: (row: MetricsRow, names: Record<string, string>) => React.ReactNode;
  /** Columns of the kind's own, after the name. */
  more?: Column<MetricsRow>[];
  sparklines?: boolean;
  actions?: React.ReactNode;
}

const mostRows = 200;
const distinctOf = { room: "rooms", conference: "conferences", person: "people" } as const satisfies Record<Kind, MeasureName>;
const withoutWords: Record<Kind, string> = { room: "of no room", conference: "without a conference number", person: "without a name" };

/** A list of rooms, conferences or persons with their figures: searched by name or id, sorted by any column. */
export function GroupList(props: GroupListProps) {
  const { kind, title, searchPath, searchLabel, actions } = props;
  const search = useSearchParams();
  const { change } = useView();
  const asked = search.get("q") ?? "";
  const [text, setText] = useState(asked);
  const typed = useDeferredValue(text.trim());
  useEffect(() => setText(asked), [asked]);
  const found = useQuery({
    queryKey: [searchPath, typed, "ids"],
    queryFn: () => fetchJson<{ rows: { id: string }[] }>(`${searchPath}?limit=100&q=${encodeURIComponent(typed)}`),
    enabled: typed !== "",
    placeholderData: keepPreviousData,
  });
  // What one types is found at once; the address keeps it when one is done.
  const keep = () => {
    if (text.trim() !== asked) change({ q: text.trim() || null });
  };
  const ids = typed === "" ? null : (found.data?.rows.map(({ id }) => id) ?? null);
  return (
    <>
      <ReportHead title={title}>{actions}</ReportHead>
      <search className="block max-w-md">
        <input
          type="search"
          aria-label={searchLabel}
          placeholder={searchLabel}
          className="h-9 w-full rounded-md border border-line bg-surface px-2.5"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === "Enter") keep();
          }}
        />
      </search>
      {ids?.length === 0 && !found.isPlaceholderData ? (
        <Panel title={title} empty={`Nothing found for “${typed}” among the loaded records.`} minHeight={160} />
      ) : (
        <Searched ids={ids} kind={kind}>
          <Rows {...props} isSearched={ids !== null} />
        </Searched>
      )}
    </>
  );
}

/** Narrows what is inside to the ids that a search found. */
function Searched({ ids, kind, children }: { ids: string[] | null; kind: Kind; children: React.ReactNode }) {
  return <FixedFilters value={ids === null ? none : { [kind]: ids }}>{children}</FixedFilters>;
}
const none = {};

function Rows({ title, kind, measures: shown, also = [], usualOrder, name, more = [], sparklines, isSearched }: GroupListProps & { isSearched: boolean }) {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const asks = [...shown, ...also];
  const sortable = [...asks, kind] as string[];
  const asked = search.get("order") ?? "";
  const order = sortable.includes(asked.replace(/^-/, "")) ? asked : usualOrder;
  const spec = { measures: asks, by: [kind], order, limit: mostRows };
  const list = useMetrics(spec);
  const rows = list.data?.rows ?? [];
  const groups = list.data?.meta.groups ?? 0;
  // Calls without a room, number or name are a row of the list, and no room, conference or person.
  const distinct = distinctOf[kind];
  const whole = useMetrics({ measures: [distinct] }).data?.totals[distinct];
  const count = typeof whole === "number" ? whole : groups;
  const allWords = `${format.whole(count)} in all${groups > count ? `, and calls ${withoutWords[kind]}` : ""}`;
  const trend = useTrends(kind, Boolean(sparklines));
  const columns: Column<MetricsRow>[] = [
    {
      key: "name",
      label: dimensions[kind].label,
      sort: kind,
      className: "max-w-40 sm:max-w-64",
      cell: (row) => name(row, list.data?.meta.names ?? {}),
    },
    ...more,
    ...(sparklines
      ? [
          {
            key: "trend",
            label: "Minutes over time",
            className: "hidden lg:table-cell",
            cell: (row: MetricsRow) => <Sparkline values={trend.get(String(row[kind])) ?? []} width={96} />,
          },
        ]
      : []),
    ...shown.map(
      (measure): Column<MetricsRow> => ({ key: measure, label: shortLabel(measure), numeric: true, sort: measure, cell: (row) => cell(measure, row, format) }),
    ),
  ];
  return (
    <>
      <Completeness meta={list.data?.meta} />
      <MetricsPanel
        spec={spec}
        picture={false}
        title={isSearched ? `${title} found` : `${title} of the period`}
        note={groups > rows.length ? `the first ${format.whole(rows.length)}; sort or search for others. ${allWords}` : groups > 0 && allWords}
        query={list}
        empty={
          rows.length === 0 && (isSearched ? "What was found has no calls in this period." : "No calls in this period. Choose other days or remove a filter.")
        }
        minHeight={320}
      >
        <Table
          caption={title}
          rows={rows}
          rowKey={(row) => String(row[kind])}
          columns={columns}
          order={order}
          onOrder={(next) => change({ order: next === usualOrder ? null : next })}
        />
        {whyNoSum(shown) && <p className="mt-2 text-xs text-faint">{whyNoSum(shown)}</p>}
      </MetricsPanel>
      <Basis meta={list.data?.meta} />
    </>
  );
}

const short: Partial<Record<MeasureName, string>> = {
  billed_minutes: "Minutes",
  bad_share: "Bad",
  peak_concurrent: "Peak",
  screen_seconds: "Screen share",
};
const shortLabel = (measure: MeasureName) => short[measure] ?? measures[measure].label;

function cell(measure: MeasureName, row: MetricsRow, format: Format): React.ReactNode {
  return measure === "bad_share" ? <BadShare value={row.bad_share} /> : format.figure(row[measure], measures[measure].unit);
}

/** Billed minutes over the period for each group, for lines beside the figures. */
function useTrends(kind: Kind, enabled: boolean): Map<string, (number | null)[]> {
  const { view } = useView();
  const by = bucketFor(view.from, view.to);
  const over = useMetrics({ measures: ["billed_minutes"], by: [by, kind] }, enabled);
  const buckets = bucketsOf(view, by);
  const states = bucketStates(over.data?.meta, buckets, by);
  const places = new Map(buckets.map((bucket, index) => [bucket, index]));
  const untouched = buckets.map((bucket) => (["missing", "coming"].includes(states.get(bucket) ?? "") ? null : 0));
  const trends = new Map<string, (number | null)[]>();
  for (const row of over.data?.rows ?? []) {
    const id = String(row[kind]);
    const values = trends.get(id) ?? [...untouched];
    trends.set(id, values);
    const place = places.get(String(row[by]));
    if (place !== undefined) values[place] = Number(row.billed_minutes);
  }
  return trends;
}
