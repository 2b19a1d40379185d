"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useWorkspace } from "../data/workspace";
import { FoundList } from "../filters/found-list";
import { Button } from "../ui/button";

/** The part of the calls that somebody may see; absent lists set no limit. */
export interface Limits {
  accounts?: string[];
  rooms?: string[];
  tags?: string[];
}

/** Limits as one short line. */
export function limitWords(limits: Limits | null, accounts: { id: string; name: string }[]): string {
  if (!limits) return "everything";
  const names = limits.accounts?.map((id) => accounts.find((one) => one.id === id)?.name ?? id);
  const many = (list: string[] | undefined, word: string) => (list ? [list.length === 1 ? `${word} ${list[0]}` : `${list.length} ${word}s`] : []);
  return [...many(names, "account"), ...many(limits.rooms, "room"), ...many(limits.tags, "tag")].join(", ");
}

const kinds = { accounts: "Accounts", tags: "Tags", rooms: "Rooms" } as const;
type Kind = keyof typeof kinds;

/** Picks accounts, and within them tags or rooms. Nothing picked of a kind sets no limit by it. */
export function LimitsFields({ value, onChange, errors }: { value: Limits | null; onChange: (value: Limits | null) => void; errors?: string[] | undefined }) {
  const { accounts } = useWorkspace();
  const [isSearching, setSearching] = useState(false);
  const tags = useQuery({ queryKey: ["tags"], queryFn: () => fetchJson<{ tags: string[] }>("/api/v1/rooms/labels") });
  const toggle = (kind: Kind, id: string) => {
    const before = value?.[kind] ?? [];
    const after = before.includes(id) ? before.filter((one) => one !== id) : [...before, id];
    const { [kind]: _, ...rest } = value ?? {};
    const next: Limits = after.length > 0 ? { ...rest, [kind]: after } : rest;
    onChange(Object.keys(next).length > 0 ? next : null);
  };
  const boxes = (kind: "accounts" | "tags", options: { id: string; name: string }[]) =>
    options.length > 0 && (
      <fieldset className="grid gap-1">
        <legend className="font-medium text-soft">{kinds[kind]}</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {options.map(({ id, name }) => (
            <label key={id} className="flex items-center gap-2">
              <input type="checkbox" checked={value?.[kind]?.includes(id) ?? false} onChange={() => toggle(kind, id)} /> {name}
            </label>
          ))}
        </div>
      </fieldset>
    );
  return (
    <div className="grid gap-3 rounded-md border border-line p-3">
      <p className="text-soft">
        {value ? "Sees the accounts picked, and in them the rooms and the rooms of the tags picked." : "Sees every account and room. Pick some to set a limit."}
      </p>
      {boxes("accounts", accounts)}
      {boxes(
        "tags",
        (tags.data?.tags ?? []).map((tag) => ({ id: tag, name: tag })),
      )}
      <fieldset className="grid gap-1.5">
        <legend className="font-medium text-soft">Rooms</legend>
        <div className="flex flex-wrap gap-1.5">
          {value?.rooms?.map((room) => (
            <Button key={room} onClick={() => toggle("rooms", room)} aria-label={`Take room ${room} out`}>
              {room} <X size={13} aria-hidden />
            </Button>
          ))}
          {!isSearching && <Button onClick={() => setSearching(true)}>Add a room</Button>}
        </div>
        {isSearching && <FoundList name="room" picked={value?.rooms ?? []} onToggle={(id) => toggle("rooms", id)} autoFocus />}
      </fieldset>
      {errors && <p className="text-bad">{errors.join(", ")}</p>}
    </div>
  );
}
