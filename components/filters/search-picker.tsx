"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check, ChevronDown } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { Button } from "../ui/button";
import { Popover } from "../ui/popover";
import { useView } from "./use-view";

interface Found {
  id: string;
  name: string | null;
  calls: number;
  lastAt: string | null;
}

/** Finds a room or a conference while one types; several can be picked. */
export function SearchPicker({ name, label, path }: { name: "room" | "conference"; label: string; path: string }) {
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const picked = view.filters[name] ?? [];
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const typed = useDeferredValue(text);
  const found = useQuery({
    queryKey: [path, typed],
    queryFn: () => fetchJson<{ rows: Found[] }>(`${path}?limit=20&q=${encodeURIComponent(typed)}`),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const toggle = (id: string) => change({ [name]: picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id] });
  const shown = picked.length === 0 ? (name === "room" ? "All" : "Any") : picked.length === 1 ? picked[0] : `${picked.length} picked`;
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button className={picked.length > 0 ? "!border-accent/60" : ""}>
          {label}: <b className="inline-block max-w-40 truncate font-semibold">{shown}</b>
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <div className="grid w-80 max-w-full gap-2">
        <input
          // biome-ignore lint/a11y/noAutofocus: the panel opens to type in
          autoFocus
          className="h-9 rounded-md border border-line bg-surface px-2.5"
          placeholder={name === "room" ? "Name or id" : "Conference number"}
          aria-label={`Find a ${label.toLowerCase()}`}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {picked.length > 0 && (
          <Button kind="quiet" onClick={() => change({ [name]: null })}>
            Show {name === "room" ? "all rooms" : "all conferences"}
          </Button>
        )}
        {found.error && <p className="px-2 py-1 text-bad">{found.error.message}</p>}
        {found.data?.rows.length === 0 && <p className="px-2 py-3 text-faint">Nothing found among the loaded records.</p>}
        <ul className="max-h-72 overflow-auto">
          {found.data?.rows.map(({ id, name: title, calls, lastAt }) => (
            <li key={id}>
              <button
                type="button"
                aria-pressed={picked.includes(id)}
                className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
                onClick={() => toggle(id)}
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
      </div>
    </Popover>
  );
}
