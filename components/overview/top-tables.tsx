"use client";

import { nameOf } from "@/lib/names";
import { useFormat } from "../data/format";
import { ConferenceLink, PageLink, RoomLink } from "../data/links";
import { MetricsPanel } from "../data/metrics-panel";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { useView } from "../filters/use-view";
import { Badge } from "../ui/badge";
import { Table } from "../ui/table";
import { overviewQueries } from "./queries";

/** A bad share, marked where it is clearly above the usual. */
export function BadShare({ value }: { value: unknown }) {
  const format = useFormat();
  if (typeof value !== "number") return <span className="text-faint">not rated</span>;
  const text = format.figure(value, "share");
  return value >= 0.08 ? <Badge tone="bad">{text}</Badge> : text;
}

export function TopRooms() {
  const rooms = useMetrics(overviewQueries.rooms);
  const format = useFormat();
  const rows = rooms.data?.rows ?? [];
  const most = Math.max(1, ...rows.map((row) => Number(row.billed_minutes)));
  const groups = rooms.data?.meta.groups ?? 0;
  const id = (row: MetricsRow) => (row.room === null ? null : String(row.room));
  return (
    <MetricsPanel
      spec={overviewQueries.rooms}
      title="Rooms by billed minutes"
      note={groups > rows.length ? <PageLink page="/rooms">{`top ${rows.length} of ${format.whole(groups)}, see all`}</PageLink> : undefined}
      query={rooms}
      empty={rows.length === 0 && "No calls in this period."}
      minHeight={250}
    >
      <Table
        caption="Rooms by billed minutes"
        rows={rows}
        rowKey={(row) => String(row.room)}
        columns={[
          {
            key: "room",
            label: "Room",
            className: "max-w-36 sm:max-w-48",
            cell: (row) => <RoomLink id={id(row)} name={nameOf(rooms.data?.meta.names, row.room)} />,
          },
          {
            key: "bar",
            label: <span className="sr-only">Size</span>,
            className: "hidden sm:table-cell",
            cell: (row) => (
              <span aria-hidden className="block h-1 w-20 rounded-full">
                <span className="block h-full rounded-full" style={{ width: `${(Number(row.billed_minutes) / most) * 100}%`, background: "var(--series-1)" }} />
              </span>
            ),
          },
          { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
          { key: "calls", label: "Calls", numeric: true, className: "hidden sm:table-cell", cell: (row) => format.figure(row.calls, "count") },
          { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
        ]}
      />
    </MetricsPanel>
  );
}

export function WorstConferences() {
  const conferences = useMetrics(overviewQueries.conferences);
  const { view } = useView();
  const format = useFormat(view.tz);
  const rows = (conferences.data?.rows ?? []).filter((row) => typeof row.bad_share === "number" && row.bad_share > 0);
  return (
    <MetricsPanel
      spec={overviewQueries.conferences}
      title="Worst conferences"
      note={
        <>
          by share of Bad calls, 5 or more calls · <PageLink page="/conferences">see all</PageLink>
        </>
      }
      query={conferences}
      empty={rows.length === 0 && "No conference of 5 or more calls had a Bad call."}
      minHeight={250}
    >
      <Table
        caption="Conferences with the highest share of Bad calls"
        rows={rows}
        rowKey={(row) => String(row.conference)}
        columns={[
          {
            key: "conference",
            label: "Conference",
            className: "max-w-40",
            cell: (row) => <ConferenceLink id={row.conference === null ? null : String(row.conference)} />,
          },
          {
            key: "start",
            label: `Started (${view.tz})`,
            numeric: true,
            className: "hidden sm:table-cell",
            cell: (row) => format.figure(row.first_connect, "instant"),
          },
          { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
          { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
          { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
        ]}
      />
    </MetricsPanel>
  );
}
