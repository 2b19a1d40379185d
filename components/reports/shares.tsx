"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { presets } from "@/lib/time";
import { useFormat } from "../data/format";
import { MakerNote, TakeOver } from "../data/take-over";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { actionsColumn, Table } from "../ui/table";

interface ShareLink {
  id: string;
  title: string;
  page: string;
  kind: "live" | "snapshot";
  period: keyof typeof presets | null;
  hasPassword: boolean;
  showCost: boolean;
  showNames: boolean;
  allowDownload: boolean;
  owner: string;
  stopped: string | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  openedCount: number;
  lastOpenedAt: string | null;
}

/** Links to reports: who made each, when it was last opened, how often; revoking takes effect at once. */
export function Shares() {
  const format = useFormat();
  const { now, person } = useWorkspace();
  const { isBusy, problem, run } = useAction();
  const shares = useQuery({ queryKey: ["shares"], queryFn: () => fetchJson<{ rows: ShareLink[] }>("/api/v1/shares") });
  const rows = shares.data?.rows ?? [];
  const revoke = (id: string) =>
    run(async () => {
      await fetchJson(`/api/v1/shares/${id}`, { method: "DELETE" });
      await shares.refetch();
    });
  const isOpen = ({ revokedAt, expiresAt }: ShareLink) => revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
  const marks = (link: ShareLink) =>
    [
      link.kind,
      link.period && presets[link.period].label.toLowerCase(),
      link.hasPassword && "password",
      link.showCost && "cost",
      link.showNames && "names",
      link.allowDownload && "downloads",
    ].filter(Boolean);
  return (
    <Panel title="Shared links" query={shares} empty={rows.length === 0 && "No links yet. “Share…” on any page with figures makes one."} minHeight={120}>
      <ProblemText problem={problem} />
      <Table
        caption="Shared links"
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: "title",
            label: "Title",
            className: "max-w-56",
            cell: (link) => (
              <span className="flex flex-wrap items-center gap-2">
                <b className="font-semibold">{link.title}</b>
                {isOpen(link) && link.stopped && <Badge tone="bad">does not open</Badge>}
                {marks(link).map((mark) => (
                  <Badge key={String(mark)}>{mark}</Badge>
                ))}
                {isOpen(link) && <MakerNote made={link} who="An admin" />}
              </span>
            ),
          },
          { key: "page", label: "Report", className: "hidden md:table-cell", cell: ({ page }) => page },
          { key: "owner", label: "Made by", className: "hidden md:table-cell", cell: ({ owner, createdAt }) => `${owner}, ${format.moment(createdAt)}` },
          {
            key: "opened",
            label: "Opened",
            cell: ({ openedCount, lastOpenedAt }) => (lastOpenedAt ? `${format.whole(openedCount)} times, last ${format.moment(lastOpenedAt)}` : "never"),
          },
          { key: "expires", label: "Ends", className: "hidden sm:table-cell", cell: ({ expiresAt }) => (expiresAt ? format.moment(expiresAt) : "–") },
          {
            ...actionsColumn,
            cell: (link) =>
              link.revokedAt ? (
                <Badge>revoked</Badge>
              ) : !isOpen(link) ? (
                <Badge>ended</Badge>
              ) : (
                <span className="inline-flex flex-wrap justify-end gap-1">
                  {link.stopped && person.role === "admin" && <TakeOver path={`/api/v1/shares/${link.id}`} name={link.title} onDone={() => shares.refetch()} />}
                  <Button kind="danger" disabled={isBusy} aria-label={`Revoke ${link.title}`} onClick={() => void revoke(link.id)}>
                    Revoke
                  </Button>
                </span>
              ),
          },
        ]}
      />
    </Panel>
  );
}
