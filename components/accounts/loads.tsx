"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { type Job, JobProgress } from "../data/job-progress";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Panel } from "../ui/panel";

/** The latest loads: those that run, with their progress, and how the others ended. */
export function Loads() {
  const format = useFormat();
  const { accounts } = useWorkspace();
  const client = useQueryClient();
  const jobs = useQuery({ queryKey: ["jobs"], queryFn: () => fetchJson<{ rows: Job[] }>("/api/v1/sync?limit=12"), refetchInterval: 5_000 });
  const rows = jobs.data?.rows ?? [];
  const accountName = (id: string) => accounts.find((account) => account.id === id)?.name ?? id;
  return (
    <Panel title="Loads" query={jobs} empty={rows.length === 0 && "Nothing has been loaded yet."} minHeight={160}>
      <ul className="grid max-h-80 grid-cols-1 gap-2 overflow-y-auto">
        {rows.map((job) => (
          <li key={job.jobId}>
            {job.state === "running" ? (
              <JobProgress jobId={job.jobId} onEnd={() => void client.invalidateQueries()} />
            ) : (
              <div className="grid gap-0.5 border-line border-b pb-2 last:border-0">
                <p className="flex flex-wrap items-center gap-2">
                  <Badge tone={job.state === "done" ? "good" : "bad"}>{job.state}</Badge>
                  <span>
                    {accountName(job.account)}, {format.period(job.from, job.to)}
                  </span>
                  <span className="ml-auto text-xs text-faint">
                    {format.moment(job.createdAt)} by {job.requestedBy}
                  </span>
                </p>
                <p className="tabular text-xs text-soft">
                  {job.daysDone} of {job.daysTotal} days · {format.whole(job.calls)} calls · {format.whole(job.rejected)} rejected ·{" "}
                  {format.whole(job.duplicates)} seen twice
                </p>
                {job.error && <p className="text-xs break-words text-bad">{job.error}</p>}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
