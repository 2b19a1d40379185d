"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { Table } from "../ui/table";

interface Page {
  rows: { id: number; at: string; actor: string; action: string; outcome: string; address: string }[];
  nextCursor: number | null;
}

/** Who did what, when and from where. */
export function Journal() {
  const format = useFormat();
  const [action, setAction] = useState("");
  const [actor, setActor] = useState("");
  const [typed, who] = [useDeferredValue(action.trim()), useDeferredValue(actor.trim())];
  const query = new URLSearchParams({ ...(typed ? { action: typed } : {}), ...(who ? { actor: who } : {}) });
  const journal = useInfiniteQuery({
    queryKey: ["journal", typed, who],
    queryFn: ({ pageParam }) => fetchJson<Page>(`/api/v1/journal?limit=50&${query}${pageParam ? `&cursor=${pageParam}` : ""}`),
    initialPageParam: 0,
    getNextPageParam: (page) => page.nextCursor,
  });
  const rows = journal.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <Panel
      title="Audit log"
      note={
        <a className="underline hover:text-ink" href={`/api/v1/export/journal.csv?${query}`} download>
          CSV
        </a>
      }
      query={journal}
      minHeight={160}
    >
      <div className="mb-2 grid max-w-xl gap-3 sm:grid-cols-2">
        <Field label="Action contains" value={action} onChange={(event) => setAction(event.target.value)} placeholder="sign-in, shares, rates" />
        <Field label="Who" value={actor} onChange={(event) => setActor(event.target.value)} placeholder="as it is written there" />
      </div>
      {rows.length === 0 ? (
        <p className="py-4 text-faint">No entries.</p>
      ) : (
        <div className="max-h-[420px] overflow-y-auto">
          <Table
            caption="Audit log"
            rows={rows}
            rowKey={({ id }) => String(id)}
            columns={[
              { key: "at", label: "When", cell: ({ at }) => format.fullMoment(at) },
              { key: "actor", label: "Who", className: "max-w-24 truncate sm:max-w-40", cell: ({ actor }) => actor },
              { key: "action", label: "What", className: "min-w-28 max-w-80 break-all", cell: (entry) => entry.action },
              { key: "outcome", label: "Outcome", cell: ({ outcome }) => (outcome === "ok" ? "ok" : <Badge tone="warn">{outcome}</Badge>) },
              { key: "address", label: "From", className: "hidden sm:table-cell", cell: ({ address }) => address },
            ]}
          />
        </div>
      )}
      {journal.hasNextPage && (
        <Button className="mt-3" onClick={() => void journal.fetchNextPage()} disabled={journal.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Panel>
  );
}
