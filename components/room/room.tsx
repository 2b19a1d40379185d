"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { CallsPanel } from "../calls/calls";
import { useFormat } from "../data/format";
import { ConferenceLink } from "../data/links";
import { MetricsPanel } from "../data/metrics-panel";
import { useAction } from "../data/use-action";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { useMayLoad } from "../data/workspace";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { KeyFigures } from "../overview/key-figures";
import { MinutesByDay } from "../overview/minutes-by-day";
import { QualityPanel } from "../overview/quality-panel";
import { BadShare } from "../overview/top-tables";
import { TracksPanel } from "../overview/tracks-panel";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { Table } from "../ui/table";

interface RoomAnswer {
  id: string;
  feedName: string | null;
  label: string | null;
  tag: string | null;
  calls: number;
  lastAt: string | null;
}

/** One room: its figures, usage, quality and tracks, its conferences and its calls. Its page is inside `FixedFilters`. */
export function Room({ id }: { id: string }) {
  const { hrefWith } = useView();
  const room = useQuery({ queryKey: ["room", id], queryFn: () => fetchJson<RoomAnswer>(`/api/v1/rooms/${encodeURIComponent(id)}`) });
  const mayLabel = useMayLoad();
  const name = room.data?.label ?? room.data?.feedName ?? id;
  return (
    <>
      <ReportHead
        title={name}
        above={{ href: hrefWith("/rooms"), label: "Rooms" }}
        beside={
          <>
            {name !== id && <span className="text-faint">{id}</span>}
            {room.data?.tag && <Badge>{room.data.tag}</Badge>}
          </>
        }
      >
        {mayLabel && room.data && <LabelButton room={room.data} onSaved={() => room.refetch()} />}
      </ReportHead>
      {room.error && <Panel title="Room" query={room} />}
      <KeyFigures />
      <MinutesByDay />
      <div className="grid gap-3 lg:grid-cols-2">
        <QualityPanel />
        <TracksPanel />
      </div>
      <RoomConferences />
      <CallsPanel title="Calls of the room" />
    </>
  );
}

function RoomConferences() {
  const { view } = useView();
  const format = useFormat(view.tz);
  const spec = {
    measures: ["first_connect", "calls", "people", "billed_minutes", "bad_share"],
    by: ["conference"],
    order: "-first_connect",
    limit: 100,
  } as const;
  const list = useMetrics(spec);
  const rows = list.data?.rows ?? [];
  const groups = list.data?.meta.groups ?? 0;
  return (
    <MetricsPanel
      spec={spec}
      picture={false}
      title="Conferences"
      note={groups > rows.length ? `the latest ${rows.length} of ${format.whole(groups)}` : groups > 0 && `${format.whole(groups)} in all`}
      query={list}
      empty={rows.length === 0 && "No conferences in this period."}
      minHeight={160}
    >
      <div className="max-h-[360px] overflow-y-auto">
        <Table
          caption="Conferences of the room"
          rows={rows}
          rowKey={(row) => String(row.conference)}
          columns={[
            {
              key: "conference",
              label: "Conference",
              cell: (row: MetricsRow) => <ConferenceLink id={row.conference === null ? null : String(row.conference)} />,
            },
            { key: "start", label: `Started (${view.tz})`, numeric: true, cell: (row) => format.figure(row.first_connect, "instant") },
            { key: "calls", label: "Calls", numeric: true, cell: (row) => format.figure(row.calls, "count") },
            { key: "people", label: "People", numeric: true, className: "hidden sm:table-cell", cell: (row) => format.figure(row.people, "count") },
            { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
            { key: "bad", label: "Bad", numeric: true, cell: (row) => <BadShare value={row.bad_share} /> },
          ]}
        />
      </div>
    </MetricsPanel>
  );
}

/** Gives the room a label and a tag. */
function LabelButton({ room, onSaved }: { room: RoomAnswer; onSaved: () => Promise<unknown> }) {
  const [isOpen, setOpen] = useState(false);
  const { isBusy, problem, errors, run } = useAction();
  const tags = useQuery({ queryKey: ["tags"], queryFn: () => fetchJson<{ tags: string[] }>("/api/v1/rooms/labels"), enabled: isOpen });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Label and tag</Button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Label and tag"
        description={`The feed calls this room ${room.feedName ? `“${room.feedName}”` : "by no name"}. A tag is its department or cost centre.`}
      >
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            const body = Object.fromEntries(new FormData(event.currentTarget));
            void run(async () => {
              await fetchJson(`/api/v1/rooms/${encodeURIComponent(room.id)}`, { method: "PUT", body });
              await onSaved();
              setOpen(false);
            });
          }}
        >
          <Field label="Label" name="label" defaultValue={room.label ?? ""} hint="Empty: the feed's name" errors={errors.label} />
          <Field label="Tag" name="tag" list="tags" defaultValue={room.tag ?? ""} hint="Empty: none" errors={errors.tag} />
          <datalist id="tags">
            {tags.data?.tags.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
          <ProblemText problem={problem} />
          <Button type="submit" kind="strong" disabled={isBusy}>
            Save
          </Button>
        </form>
      </Dialog>
    </>
  );
}
