"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import type { Found } from "../filters/found-list";
import { useView } from "../filters/use-view";
import { type SavedView, viewHref } from "../reports/reports";
import { pages } from "../shell/pages";
import { switchTheme } from "../shell/theme";

interface FindAnswer {
  rooms: Found[];
  conferences: Found[];
  persons: Found[];
  calls: { callId: string; account: string; by: string; userName: string | null; loggedAt: string }[];
}

const group =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint";
const item = "flex cursor-pointer items-baseline gap-2 rounded-md px-2 py-1.5 data-[selected=true]:bg-sunken";

const callKey = ({ callId, account, by }: { callId: string; account: string; by: string }) => `call ${account} ${callId} ${by}`;

/** Rooms, conferences, persons, calls by any of their ids, pages, saved views and actions, found while one types. */
export function Find({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const { view, hrefWith, change } = useView();
  const format = useFormat(view.tz);
  const [text, setText] = useState("");
  const typed = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ["find", typed],
    queryFn: () => fetchJson<FindAnswer>(`/api/v1/find?limit=6&q=${encodeURIComponent(typed)}`),
    enabled: typed.length >= 2,
    placeholderData: keepPreviousData,
  });
  const views = useQuery({ queryKey: ["views"], queryFn: () => fetchJson<{ rows: SavedView[] }>("/api/v1/views") });
  const answer = typed.length >= 2 ? found.data : undefined;
  const words = text.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(words);
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  const to = (path: string, id: string, more = {}) =>
    go(hrefWith(`${path}/${encodeURIComponent(id)}`, { room: null, conference: null, person: null, ...more }));
  const actions: [string, () => void][] = [
    ["Switch between the light and the dark theme", switchTheme],
    ["Clear all filters", () => change({ user: null, ...Object.fromEntries(Object.keys(view.filters).map((name) => [name, null])) })],
    ["Copy the address of this view", () => void navigator.clipboard.writeText(window.location.href)],
    ["Load a period from the CDR API", () => router.push("/accounts")],
  ];
  const shownPages = pages.filter(([, name]) => matches(name));
  const shownActions = actions.filter(([name]) => matches(name));
  const shownViews = (views.data?.rows ?? []).filter(({ name }) => matches(name)).slice(0, 6);
  // The first of what is found is what Enter opens, until one moves on from it.
  const first = answer?.calls[0]
    ? callKey(answer.calls[0])
    : answer?.rooms[0]
      ? `Rooms ${answer.rooms[0].id}`
      : answer?.conferences[0]
        ? `Conferences ${answer.conferences[0].id}`
        : answer?.persons[0]
          ? `People ${answer.persons[0].id}`
          : shownPages[0]
            ? `page ${shownPages[0][0]}`
            : shownViews[0]
              ? `view ${shownViews[0].id}`
              : `action ${shownActions[0]?.[0] ?? ""}`;
  const [moved, setMoved] = useState<{ from: string; to: string } | null>(null);
  const highlighted = moved?.from === `${typed} ${first}` ? moved.to : first;
  const isEmpty =
    shownPages.length +
      shownActions.length +
      shownViews.length +
      (answer ? answer.rooms.length + answer.conferences.length + answer.persons.length + answer.calls.length : 0) ===
    0;
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      shouldFilter={false}
      value={highlighted}
      onValueChange={(to) => setMoved({ from: `${typed} ${first}`, to })}
      label="Find"
      overlayClassName="fixed inset-0 z-40 bg-black/40"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(620px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-surface text-ink shadow-xl"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Room, conference, person, call id, Log ID, page"
        className="h-12 w-full border-line border-b bg-surface px-4 text-sm outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-[60vh] overflow-auto p-2" aria-busy={found.isFetching}>
        {found.error && (
          <p role="alert" className="px-2 py-2 text-bad">
            {found.error.message}
          </p>
        )}
        {isEmpty && <p className="px-2 py-4 text-faint">{found.isFetching ? "Looking" : "Nothing found among the loaded records."}</p>}
        {answer && answer.calls.length > 0 && (
          <Command.Group heading="Calls" className={group}>
            {answer.calls.map(({ callId, account, by, userName, loggedAt }) => (
              <Command.Item
                key={`${account}${callId}${by}`}
                value={callKey({ callId, account, by })}
                className={item}
                onSelect={() => to("/calls", callId, { of: account })}
              >
                <span className="truncate font-medium">{userName ?? callId}</span>
                <span className="ml-auto whitespace-nowrap text-xs text-faint">
                  {by === "call_log_id" ? "Log ID" : "call id"} · {format.fullMoment(loggedAt)}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {answer && (
          <>
            <Listed heading="Rooms" rows={answer.rooms} onPick={(id) => to("/rooms", id)} tell={({ id, calls }) => `${id} · ${format.whole(calls)} calls`} />
            <Listed
              heading="Conferences"
              rows={answer.conferences}
              byId
              onPick={(id) => to("/conferences", id)}
              tell={({ name, lastAt }) => [name ?? "unnamed room", lastAt && format.moment(lastAt)].filter(Boolean).join(" · ")}
            />
            <Listed
              heading="People"
              rows={answer.persons}
              onPick={(id) => to("/people", id)}
              tell={({ id, calls }) => `${id} · ${format.whole(calls)} calls`}
            />
          </>
        )}
        {shownPages.length > 0 && (
          <Command.Group heading="Pages" className={group}>
            {shownPages.map(([href, name]) => (
              <Command.Item key={href} value={`page ${href}`} className={item} onSelect={() => go(hrefWith(href))}>
                {name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {shownViews.length > 0 && (
          <Command.Group heading="Saved views" className={group}>
            {shownViews.map((saved) => (
              <Command.Item key={saved.id} value={`view ${saved.id}`} className={item} onSelect={() => go(viewHref(saved))}>
                {saved.name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {shownActions.length > 0 && (
          <Command.Group heading="Actions" className={group}>
            {shownActions.map(([name, act]) => (
              <Command.Item
                key={name}
                value={`action ${name}`}
                className={item}
                onSelect={() => {
                  onClose();
                  act();
                }}
              >
                {name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}

function Listed({
  heading,
  rows,
  byId = false,
  onPick,
  tell,
}: {
  heading: string;
  rows: Found[];
  byId?: boolean;
  onPick: (id: string) => void;
  tell: (row: Found) => string;
}) {
  if (rows.length === 0) return null;
  return (
    <Command.Group heading={heading} className={group}>
      {rows.map((row) => (
        <Command.Item key={row.id} value={`${heading} ${row.id}`} className={item} onSelect={() => onPick(row.id)}>
          <span className="truncate font-medium">{byId ? row.id : (row.name ?? row.id)}</span>
          <span className="ml-auto truncate text-xs text-faint">{tell(row)}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
