"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";

/** A room, conference or person as the routes that find them give it. */
export interface Found {
  id: string;
  name: string | null;
  calls: number;
  lastAt: string | null;
}

const paths = { room: "/api/v1/rooms", conference: "/api/v1/conferences" };

/** Finds rooms or conferences while one types; several can be picked. `children` stands between the box and the list. */
export function FoundList({
  name,
  tz,
  picked,
  onToggle,
  autoFocus = false,
  children,
}: {
  name: "room" | "conference";
  tz?: string;
  picked: string[];
  onToggle: (id: string) => void;
  autoFocus?: boolean;
  children?: React.ReactNode;
}) {
  const format = useFormat(tz);
  const [text, setText] = useState("");
  const typed = useDeferredValue(text);
  const found = useQuery({
    queryKey: [paths[name], typed],
    queryFn: () => fetchJson<{ rows: Found[] }>(`${paths[name]}?limit=20&q=${encodeURIComponent(typed)}`),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the panel opens to type in
        autoFocus={autoFocus}
        className="h-9 rounded-md border border-line bg-surface px-2.5"
        placeholder={name === "room" ? "Name or id" : "Conference number"}
        aria-label={`Find a ${name}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {children}
      {found.error && <p className="px-2 py-1 text-bad">{found.error.message}</p>}
      {found.data?.rows.length === 0 && <p className="px-2 py-3 text-faint">Nothing found among the loaded records.</p>}
      <ul className="max-h-72 overflow-auto">
        {found.data?.rows.map(({ id, name: title, calls, lastAt }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={picked.includes(id)}
              className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
              onClick={() => onToggle(id)}
            >
              <Check size={14} aria-hidden className={picked.includes(id) ? "shrink-0 text-accent" : "shrink-0 opacity-0"} />
              <span className="min-w-0 flex-1">
                <span className="block truncate">{name === "conference" ? id : (title ?? id)}</span>
                <span className="block truncate text-xs text-faint">
                  {name === "conference" ? `${title ?? "unnamed room"}${lastAt ? ` · ${format.moment(lastAt)}` : ""}` : title ? id : "no name"}
                </span>
              </span>
              <span className="tabular text-xs text-faint">{format.whole(calls)} calls</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
