"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useView } from "../filters/use-view";
import { pick } from "../ui/table";
import { RoomName } from "./room-name";

/** Filters that say where one came from rather than what a page is about; a page about one thing goes without them. */
const ofElsewhere = { room: null, conference: null, person: null };

function useHref(): (path: string) => string {
  const { hrefWith } = useView();
  return (path) => hrefWith(path, ofElsewhere);
}

export function PageLink({ page, children }: { page: string; children: React.ReactNode }) {
  const { hrefWith } = useView();
  return (
    <Link href={hrefWith(page)} prefetch={false} className="underline hover:text-ink">
      {children}
    </Link>
  );
}

/** What has no room, number or name has no page, and leads to its calls. */
function WithoutLink({ filter, children }: { filter: keyof typeof ofElsewhere; children: React.ReactNode }) {
  const { hrefWith } = useView();
  return (
    <Link href={hrefWith("/calls", { ...ofElsewhere, [filter]: "" })} prefetch={false} className={clsx(pick, "text-faint")}>
      {children}
    </Link>
  );
}

/** A room that leads to its page. Short: without its id beside the name. */
export function RoomLink({ id, name, short = false }: { id: string | null; name: string | null | undefined; short?: boolean }) {
  const href = useHref();
  if (id === null) return <WithoutLink filter="room">no room</WithoutLink>;
  return (
    <Link href={href(`/rooms/${encodeURIComponent(id)}`)} prefetch={false} className={pick}>
      {short && name ? name : <RoomName id={id} name={name} />}
    </Link>
  );
}

export function ConferenceLink({ id }: { id: string | null }) {
  const href = useHref();
  if (id === null) return <WithoutLink filter="conference">no number</WithoutLink>;
  return (
    <Link href={href(`/conferences/${encodeURIComponent(id)}`)} prefetch={false} className={pick}>
      {id}
    </Link>
  );
}

export function PersonLink({ id, name }: { id: string | null; name?: string | null }) {
  const href = useHref();
  if (id === null) return <WithoutLink filter="person">no name</WithoutLink>;
  return (
    <Link href={href(`/people/${encodeURIComponent(id)}`)} prefetch={false} className={pick}>
      {name || id}
    </Link>
  );
}

/** A call by its identity; `account` where the same id may be known to several. */
export function CallLink({ id, account, children, className = pick }: { id: string; account: string; children: React.ReactNode; className?: string }) {
  const { hrefWith } = useView();
  return (
    <Link href={hrefWith(`/calls/${encodeURIComponent(id)}`, { ...ofElsewhere, of: account })} prefetch={false} className={className}>
      {children}
    </Link>
  );
}
