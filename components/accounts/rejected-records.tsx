"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useView } from "../filters/use-view";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";

interface Rejected {
  hash: string;
  account: string;
  reason: string;
  /** Null where names are hidden. */
  raw: string | null;
  firstAt: string;
  lastAt: string;
  sightings: number;
}

interface Page {
  rows: Rejected[];
  total: number;
  nextCursor: string | null;
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}

/** Records that could not be placed, each with its reason and as it came. They are in no figure. */
export function RejectedRecords() {
  const format = useFormat();
  const { view } = useView();
  const query = new URLSearchParams(view.account.map((account) => ["account", account]));
  const rejected = useInfiniteQuery({
    queryKey: ["rejected", query.toString()],
    queryFn: ({ pageParam }) => fetchJson<Page>(`/api/v1/rejected?limit=20&cursor=${pageParam}&${query}`),
    initialPageParam: "0",
    getNextPageParam: (page) => page.nextCursor,
  });
  const rows = rejected.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = rejected.data?.pages[0]?.total ?? 0;
  return (
    <Panel
      title="Rejected records"
      note={
        total > 0 && (
          <>
            {format.whole(total)} records that are in no figure
            <a className="underline hover:text-ink" href={`/api/v1/export/rejected.csv?${query}`} download>
              CSV
            </a>
          </>
        )
      }
      query={rejected}
      empty={rows.length === 0 && "No record has been rejected."}
      minHeight={80}
    >
      <ul className="grid grid-cols-1 gap-1">
        {rows.map((row) => (
          <li key={row.hash}>
            <details className="rounded-lg border border-line">
              <summary className="flex flex-wrap items-center gap-2 px-3 py-2 hover:bg-sunken">
                <Badge tone="warn">{row.reason}</Badge>
                <code className="min-w-0 flex-1 truncate text-xs text-faint">
                  {row.raw === null ? "The record is not shown: it may hold names." : row.raw || "The record was purged."}
                </code>
                <span className="text-xs text-faint">
                  first {format.moment(row.firstAt)}
                  {row.sightings > 1 && `, seen ${row.sightings} times`}
                </span>
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <pre tabIndex={0} className="max-h-80 overflow-auto border-line border-t p-3 text-xs">
                {row.raw === null ? "Names are hidden from you." : row.raw === "" ? "The record was purged: it may have held names." : pretty(row.raw)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
      {rejected.hasNextPage && (
        <Button className="mt-3" onClick={() => void rejected.fetchNextPage()} disabled={rejected.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Panel>
  );
}
