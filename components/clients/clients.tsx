"use client";

import { useSearchParams } from "next/navigation";
import { dimensionOf, type FilterName } from "@/lib/metrics/dimensions";
import { nameOf } from "@/lib/names";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { emptyWords } from "../data/loaded";
import { type MetricsMeta, useAsk } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { viewParams } from "../filters/view";
import { Badge } from "../ui/badge";
import { Panel } from "../ui/panel";
import { pick, Table } from "../ui/table";
import { Choice } from "../usage/choice";

interface Contrast {
  group: Record<string, string | boolean | null>;
  bad_calls: number;
  rated_calls: number;
  bad_share: number;
  rest_share: number | null;
  excess: number;
  chance: number;
  significant: boolean;
}

interface ContrastsAnswer {
  rows: Contrast[];
  bad_calls: number;
  rated_calls: number;
  meta: MetricsMeta;
}

const looks: [string, string][] = [
  ["", "everything"],
  ["browser;browser,browser_version;browser,os", "browser"],
  ["os", "operating system"],
  ["device", "device"],
  ["network", "network"],
  ["sigserver", "signalling server"],
  ["room", "room"],
  ["role", "role"],
];

/** Which browsers, systems, networks, servers and rooms have worse calls than the rest, and whether that can be chance. */
export function Clients() {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const by = search.get("by") ?? "";
  const answer = useAsk<ContrastsAnswer>("/api/v1/contrasts", { limit: "100", ...(by ? { by } : {}) });
  const rows = answer.data?.rows ?? [];
  const names = answer.data?.meta.names ?? {};
  const standing = rows.filter(({ significant }) => significant).length;
  const filters = (row: Contrast) => Object.fromEntries(Object.entries(row.group).map(([name, value]) => [name, value === null ? "" : String(value)]));
  return (
    <>
      <ReportHead title="Clients and places" />
      <Completeness meta={answer.data?.meta} />
      <Choice label="Look at" name="by" value={by} options={looks} onPick={(next) => change({ by: next || null })} />
      <Panel
        title="Worse than the rest"
        note={
          answer.data &&
          !answer.data.meta.notLoaded && (
            <span className="tabular flex flex-wrap gap-3">
              {standing === 0 ? "nothing stands out" : `${standing} stand out`} among {format.whole(answer.data.bad_calls)} bad of{" "}
              {format.whole(answer.data.rated_calls)} rated calls
              {["csv", "xlsx"].map((form) => (
                <a
                  key={form}
                  className="no-print underline hover:text-ink"
                  href={`/api/v1/export/contrasts.${form}?${new URLSearchParams(by ? { by } : {})}&${viewParams(view)}`}
                  download
                >
                  {form.toUpperCase()}
                </a>
              ))}
            </span>
          )
        }
        query={answer}
        empty={emptyWords(answer.data?.meta, rows.length === 0 && "No rated calls in this period.")}
        minHeight={320}
      >
        <Table
          caption="Groups compared with the rest"
          rows={rows}
          rowKey={(row) => JSON.stringify(row.group)}
          onRow={(row) => change({ ...filters(row), by: null })}
          columns={[
            {
              key: "group",
              label: "Group",
              className: "max-w-56",
              cell: (row) => (
                <button type="button" className={pick} onClick={() => change({ ...filters(row), by: null })}>
                  {tellGroup(row.group, names)}
                </button>
              ),
            },
            {
              key: "of",
              label: "Of",
              className: "hidden text-faint md:table-cell",
              cell: (row) =>
                Object.keys(row.group)
                  .map((name) => dimensionOf(name as FilterName).label.toLowerCase())
                  .join(" and "),
            },
            { key: "bad", label: "Bad", numeric: true, cell: (row) => format.percent(row.bad_share) },
            { key: "rest", label: "The rest", numeric: true, cell: (row) => (row.rest_share === null ? "–" : format.percent(row.rest_share)) },
            { key: "calls", label: "Rated calls", numeric: true, cell: (row) => format.whole(row.rated_calls) },
            { key: "excess", label: "Bad calls too many", numeric: true, cell: (row) => (row.excess > 0 ? format.whole(row.excess) : "none") },
            {
              key: "verdict",
              label: "By chance?",
              cell: (row) => (row.significant ? <Badge tone="bad">hardly</Badge> : <span className="text-faint">{row.excess > 0 ? "may be" : "–"}</span>),
            },
          ]}
        />
        <p className="mt-3 max-w-3xl text-xs text-faint">
          “Bad calls too many” are those beyond what the group would have had with the rest's share. A group stands out when Fisher's exact test finds its bad
          calls too many for chance, allowing for the number of groups looked at (one in a hundred of those marked may be wrong). Groups overlap: the calls of a
          browser are also those of a system.
        </p>
      </Panel>
      <Basis meta={answer.data?.meta} />
    </>
  );
}

/** A group in words: "Firefox on Linux". */
export function tellGroup(group: Record<string, string | boolean | null>, names: Record<string, string>): string {
  const entries = Object.entries(group).map(([name, value]) => {
    if (name === "sip") return value ? "SIP callers" : "not SIP";
    if (value === null) return `no ${dimensionOf(name as FilterName).label.toLowerCase()}`;
    return nameOf(names, value) ?? String(value);
  });
  return entries.join("os" in group && entries.length > 1 ? " on " : " ");
}
