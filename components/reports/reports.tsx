"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { useMayLoad, useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { actionsColumn, pick, Table } from "../ui/table";
import { Schedules } from "./schedules";
import { Shares } from "./shares";

export interface SavedView {
  id: string;
  name: string;
  page: string;
  query: string;
  team: boolean;
  ownerName: string;
  isMine: boolean;
  isDefault: boolean;
  updatedAt: string;
}

export const viewHref = ({ page, query }: { page: string; query: string }) => (query ? `${page}?${query}` : page);

/** A page's name as the navigation writes it. */
function pageName(page: string): string {
  const [, first = "", second] = page.split("/");
  const name = first.charAt(0).toUpperCase() + first.slice(1);
  return second ? `${name}, ${decodeURIComponent(second)}` : name;
}

/** What a view fixes, in short. */
function told(query: string): string {
  const search = new URLSearchParams(query);
  const period = search.get("from") || search.get("to") ? `${search.get("from") ?? "…"} to ${search.get("to") ?? "today"}` : "the last 30 days";
  const rest = [...search.entries()].filter(([name]) => !["from", "to"].includes(name)).map(([name, value]) => `${name} ${value || "none"}`);
  return [period, ...rest].join(" · ");
}

/** Saved views: one's own and the team's. */
export function Reports() {
  const views = useQuery({ queryKey: ["views"], queryFn: () => fetchJson<{ rows: SavedView[] }>("/api/v1/views") });
  const { person } = useWorkspace();
  const maySend = useMayLoad();
  const format = useFormat();
  const { isBusy, problem, run } = useAction();
  const [edited, setEdited] = useState<SavedView | null>(null);
  const rows = views.data?.rows ?? [];
  const send = (id: string, method: string, body?: object) =>
    run(async () => {
      await fetchJson(`/api/v1/views/${id}`, { method, ...(body ? { body } : {}) });
      await views.refetch();
      setEdited(null);
    });
  return (
    <>
      <PageHead title="Reports" />
      <ProblemText problem={edited ? null : problem} />
      <Panel
        title="Saved views"
        query={views}
        empty={rows.length === 0 && "No saved views yet. “Save view” on any page with figures keeps its filters under a name."}
        minHeight={160}
      >
        <Table
          caption="Saved views"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "name",
              label: "Name",
              className: "max-w-56",
              cell: (view) => (
                <span className="flex flex-wrap items-center gap-2">
                  <Link href={viewHref(view)} prefetch={false} className={pick}>
                    {view.name}
                  </Link>
                  {view.isDefault && <Badge tone="good">you start here</Badge>}
                  {view.team && <Badge>team</Badge>}
                </span>
              ),
            },
            { key: "page", label: "Page", cell: ({ page }) => pageName(page) },
            { key: "query", label: "Shows", className: "hidden max-w-72 truncate text-faint lg:table-cell", cell: ({ query }) => told(query) },
            { key: "owner", label: "Made by", className: "hidden md:table-cell", cell: ({ ownerName, isMine }) => (isMine ? "you" : ownerName) },
            { key: "updated", label: "Changed", className: "hidden md:table-cell", cell: ({ updatedAt }) => format.moment(updatedAt) },
            {
              ...actionsColumn,
              cell: (view) => (
                <span className="inline-flex gap-1">
                  <Button disabled={isBusy} onClick={() => void send(view.id, "PATCH", { isDefault: !view.isDefault })}>
                    {view.isDefault ? "Start with Overview" : "Start here"}
                  </Button>
                  {(view.isMine || person.role === "admin") && (
                    <Button disabled={isBusy} aria-label={`Change ${view.name}`} onClick={() => setEdited(view)}>
                      Change
                    </Button>
                  )}
                </span>
              ),
            },
          ]}
        />
      </Panel>
      {person.role !== "viewer" && <Shares />}
      {maySend && <Schedules views={rows} />}
      <Dialog
        open={edited !== null}
        onClose={() => setEdited(null)}
        title="Change the view"
        description="To change what it shows, open it, set the filters and save it anew."
      >
        {edited && (
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              const form = new FormData(event.currentTarget);
              void send(edited.id, "PATCH", { name: String(form.get("name")), team: form.get("team") !== null });
            }}
          >
            <Field label="Name" name="name" required defaultValue={edited.name} errors={problem?.errors.name} />
            <label className="flex items-center gap-2">
              <input type="checkbox" name="team" defaultChecked={edited.team} /> For everyone in the team
            </label>
            <ProblemText problem={problem} />
            <div className="flex gap-2">
              <Button type="submit" kind="strong" disabled={isBusy}>
                Save
              </Button>
              <Button kind="danger" disabled={isBusy} onClick={() => void send(edited.id, "DELETE")}>
                Remove
              </Button>
            </div>
          </form>
        )}
      </Dialog>
    </>
  );
}
