"use client";

import { nameOf } from "@/lib/names";
import { useFormat } from "../data/format";
import { ConferenceLink, PersonLink, RoomLink } from "../data/links";
import { useMayLoad } from "../data/workspace";
import { useView } from "../filters/use-view";
import { GroupList } from "./group-list";
import { ImportLabels } from "./import-labels";

const text = (value: unknown) => (value === null ? null : String(value));

export function Conferences() {
  const { view } = useView();
  const format = useFormat(view.tz);
  return (
    <GroupList
      title="Conferences"
      kind="conference"
      searchPath="/api/v1/conferences"
      searchLabel="Conference number or room name"
      measures={["calls", "people", "billed_minutes", "peak_concurrent", "bad_share"]}
      usualOrder="-billed_minutes"
      name={(row) => <ConferenceLink id={text(row.conference)} />}
      also={["first_connect"]}
      more={[{ key: "start", label: `Started (${view.tz})`, numeric: true, sort: "first_connect", cell: (row) => format.figure(row.first_connect, "instant") }]}
    />
  );
}

export function Rooms() {
  const mayLabel = useMayLoad();
  return (
    <GroupList
      title="Rooms"
      kind="room"
      searchPath="/api/v1/rooms"
      searchLabel="Name, label or id"
      measures={["billed_minutes", "calls", "conferences", "people", "peak_concurrent", "bad_share"]}
      usualOrder="-billed_minutes"
      name={(row, names) => <RoomLink id={text(row.room)} name={nameOf(names, row.room)} />}
      sparklines
      actions={mayLabel && <ImportLabels />}
    />
  );
}

export function People() {
  return (
    <GroupList
      title="People"
      kind="person"
      searchPath="/api/v1/persons"
      searchLabel="Name or ref"
      measures={["calls", "conferences", "billed_minutes", "connect_seconds", "bad_calls", "bad_share"]}
      usualOrder="-billed_minutes"
      name={(row, names) => <PersonLink id={text(row.person)} name={nameOf(names, row.person)} />}
      more={[{ key: "ref", label: "Ref", className: "hidden md:table-cell text-faint", cell: (row) => row.person ?? "–" }]}
    />
  );
}
