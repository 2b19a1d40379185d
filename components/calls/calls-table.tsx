// biome-ignore-all lint/a11y/useSemanticElements: only the rows in sight exist and stand by themselves, which a table element cannot say
// biome-ignore-all lint/a11y/useFocusableInteractive: what can be done in a row or a heading is a link or a button inside
"use client";

import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { callFields, storedInstants } from "@/lib/metrics/call-fields";
import { own } from "@/lib/names";
import type { CallRow } from "../data/calls";
import { type Format, useFormat } from "../data/format";
import { CallLink, ConferenceLink, PersonLink, RoomLink } from "../data/links";
import { useView } from "../filters/use-view";
import { viewParams } from "../filters/view";
import { Button } from "../ui/button";
import { QualityBadge } from "./billing-badge";

const pageRows = 60;
const rowHeight = 33;
/** Pages that stay in memory around what is in sight; further ones are asked for again when one comes back. */
const heldPages = 20;

interface Page {
  rows: CallRow[];
  nextCursor: string | null;
}

/** The field of the API that a column is sorted by. */
const sortNames: Record<string, string> = { trans_date: "logged", connect_dt: "connected", disconnect_dt: "disconnect_ms" };
export const sortName = (field: string) => own(sortNames, field) ?? field;
/** What links and names need, whatever columns are shown. */
const needed = ["person", "conf_num", "room_id", "room_name", "user_name", "sip"];

/**
 * Calls without end: only the rows in sight are drawn, pages are fetched as one scrolls, and those far off are let go. Each
 * page is found by the one before it (keyset), so that the millionth row costs what the first does.
 */
export function CallsTable({
  fields,
  sort,
  onSort,
  total,
  empty,
  selected,
  onSelect,
}: {
  fields: string[];
  sort: string;
  onSort: (sort: string) => void;
  /** Calls that there are; null while that is not known. */
  total: number | null;
  /** What is said where there are none. */
  empty: string;
  selected: ReadonlyMap<string, CallRow>;
  onSelect: (call: CallRow) => void;
}) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const asked = [...new Set([...needed, ...fields.map((field) => own(storedInstants, field) ?? field)])].filter((field) => field !== "cdr_id").join(",");
  const base = `/api/v1/calls?${viewParams(view)}&limit=${pageRows}&sort=${encodeURIComponent(sort)}&fields=${asked}`;
  return <Rows key={base} base={base} {...{ fields, sort, onSort, total, empty, selected, onSelect, format }} />;
}

function Rows({ base, fields, sort, onSort, total, empty, selected, onSelect, format }: Parameters<typeof CallsTable>[0] & { base: string; format: Format }) {
  const scroller = useRef<HTMLDivElement>(null);
  // The cursor of each page that can be asked for; the next one becomes known with each answer.
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const [hasEnd, setEnd] = useState(false);
  const known = hasEnd ? null : cursors.length * pageRows;
  const [count, setCount] = useState<number | null>(null);
  const rows = count ?? known ?? 0;
  const virtual = useVirtualizer({ count: rows, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const first = Math.floor((items[0]?.index ?? 0) / pageRows);
  const last = Math.floor((items[items.length - 1]?.index ?? 0) / pageRows);
  const wanted = Array.from({ length: Math.min(last + 1, cursors.length - 1) - Math.max(0, first - 1) + 1 }, (_, index) => Math.max(0, first - 1) + index);
  const queries = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ["calls", base, page],
      queryFn: () => fetchJson<Page>(cursors[page] ? `${base}&cursor=${cursors[page]}` : base),
      gcTime: heldPages * 1000,
      staleTime: 300_000,
    })),
  });
  const pages = new Map(wanted.map((page, index) => [page, queries[index]]));
  useEffect(() => {
    for (const [page, query] of pages) {
      if (!query?.data) continue;
      const { nextCursor, rows: found } = query.data;
      if (nextCursor === null) {
        setEnd(true);
        setCount(page * pageRows + found.length);
      } else if (cursors.length === page + 1) setCursors([...cursors, nextCursor]);
    }
  });
  const error = queries.find((query) => query.error)?.error;
  const columns = `32px ${fields.map((field) => widthOf(field)).join(" ")}`;
  // What is in sight, without the rows drawn beyond it.
  const shownFrom = rows > 0 ? (virtual.range?.startIndex ?? 0) + 1 : 0;
  const shownTo = Math.min(rows, (virtual.range?.endIndex ?? -1) + 1);
  if (error) {
    return (
      <div role="alert" className="grid place-items-start gap-2 rounded-lg bg-bad-tint p-3 text-bad">
        <p>{error.message}</p>
        <Button onClick={() => queries.forEach((query) => void query.refetch())}>Try again</Button>
      </div>
    );
  }
  if (count === 0) return <p className="grid min-h-40 place-items-center text-center text-faint">{empty}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section ref={scroller} tabIndex={0} aria-label="Calls" className="relative h-[min(68vh,720px)] overflow-auto" data-testid="calls">
        <div role="table" aria-label="Calls" aria-rowcount={(total ?? rows) + 1} className="min-w-max">
          <div
            role="row"
            aria-rowindex={1}
            className="sticky top-0 z-10 grid border-line border-b bg-surface text-xs text-faint"
            style={{ gridTemplateColumns: columns }}
          >
            <span role="columnheader" className="px-2 py-2">
              <span className="sr-only">Picked</span>
            </span>
            {fields.map((field) => (
              <Heading key={field} field={field} sort={sort} onSort={onSort} />
            ))}
          </div>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const call = pages.get(Math.floor(index / pageRows))?.data?.rows[index % pageRows];
              return (
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 2}
                  className="absolute inset-x-0 grid border-line border-b hover:bg-sunken"
                  style={{ transform: `translateY(${start}px)`, height: rowHeight, gridTemplateColumns: columns }}
                >
                  {call ? (
                    <>
                      <span role="cell" className="grid place-items-center">
                        <input
                          type="checkbox"
                          aria-label={`Pick the call of ${call.user_name ?? call.person ?? call.call_id}`}
                          checked={selected.has(`${call.account}:${call.call_id}`)}
                          onChange={() => onSelect(call)}
                        />
                      </span>
                      {fields.map((field) => (
                        <span key={field} role="cell" className={clsx("truncate px-1.5 py-1.5", isNumeric(field) && "tabular text-right")}>
                          <Cell field={field} call={call} format={format} />
                        </span>
                      ))}
                    </>
                  ) : (
                    <span role="cell" className="col-span-full m-2 animate-pulse rounded bg-sunken" />
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </section>
      <p className="tabular mt-2 text-xs text-faint" data-testid="calls-range">
        {shownTo > 0 && `${format.whole(shownFrom)} – ${format.whole(shownTo)}`}
        {total !== null && ` of ${format.whole(total)} calls`}
      </p>
    </>
  );
}

function Heading({ field, sort, onSort }: { field: string; sort: string; onSort: (sort: string) => void }) {
  const name = sortName(field);
  const isSorted = sort.replace(/^-/, "") === name;
  const { label, unit } = own(callFields, field) ?? { label: field, unit: "text" };
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? (sort.startsWith("-") ? "descending" : "ascending") : undefined}
      className={clsx("truncate px-1.5 py-2 font-medium", isNumeric(field) && "text-right")}
    >
      {unit === "flag" ? (
        label
      ) : (
        <button
          type="button"
          className={clsx("max-w-full truncate hover:text-ink", isSorted && "font-semibold text-ink")}
          onClick={() => onSort(sort === `-${name}` ? name : `-${name}`)}
        >
          {label}
          <span aria-hidden>{isSorted ? (sort.startsWith("-") ? " ↓" : " ↑") : ""}</span>
        </button>
      )}
    </span>
  );
}

const isNumeric = (field: string) => !["text", "flag", "instant"].includes(own(callFields, field)?.unit ?? "text");
const widthOf = (field: string) =>
  own(
    {
      user_name: "180px",
      room_name: "170px",
      conf_num: "150px",
      agent: "320px",
      trans_date: "172px",
      connect_dt: "172px",
      disconnect_dt: "172px",
      call_log_id: "190px",
      call_id: "220px",
      cdr_id: "220px",
    },
    field,
  ) ?? "120px";

function Cell({ field, call, format }: { field: string; call: CallRow; format: Format }): React.ReactNode {
  const value = own(call, field) ?? null;
  switch (field) {
    case "trans_date":
      return (
        <CallLink id={call.call_id} account={call.account}>
          {format.fullMoment(call.trans_date)}
        </CallLink>
      );
    case "conf_num":
      return <ConferenceLink id={call.conf_num} />;
    case "room_name":
      return <RoomLink id={call.room_id} name={(value as string | null) ?? undefined} short />;
    case "user_name":
      return <PersonLink id={call.person} name={call.user_name} />;
    case "quality":
      return <QualityBadge quality={call.quality} />;
    default:
      return tellField(field, value, format);
  }
}

/** A field's value in words. */
export function tellField(field: string, value: CallRow[string], format: Format): string {
  if (value === null || value === undefined || value === "") return "–";
  const unit = own(callFields, field)?.unit ?? "text";
  if (unit === "flag") return value ? "yes" : "no";
  if (unit === "text") return String(value);
  if (unit === "instant") return format.fullMoment(String(value));
  return format.figure(value, unit);
}
