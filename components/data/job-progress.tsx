"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchJson } from "@/lib/http/client";
import { Button } from "../ui/button";
import { useFormat } from "./format";
import { useMayLoad } from "./workspace";

export interface Job {
  jobId: string;
  account: string;
  from: string;
  to: string;
  state: "running" | "done" | "failed";
  daysDone: number;
  daysTotal: number;
  calls: number;
  rejected: number;
  duplicates: number;
  rate: number | null;
  error: string | null;
  requestedBy: string;
  createdAt: string;
  finishedAt: string | null;
}

/** A load as it happens: days, calls, rejected records, rate. Calls `onEnd` once when it ends. */
export function JobProgress({ jobId, onEnd, onDismiss }: { jobId: string; onEnd?: () => void; onDismiss?: () => void }) {
  const format = useFormat();
  const mayLoad = useMayLoad();
  const job = useQuery({
    queryKey: ["job", jobId],
    queryFn: () => fetchJson<Job>(`/api/v1/sync/${jobId}`),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== "running" ? false : 700),
    staleTime: 0,
  });
  const state = job.data?.state;
  const told = useRef(false);
  useEffect(() => {
    if (state && state !== "running" && !told.current) {
      told.current = true;
      onEnd?.();
    }
  }, [state, onEnd]);
  if (job.error) return <p className="text-bad">{job.error.message}</p>;
  if (!job.data) return <div className="h-[74px] animate-pulse rounded-lg bg-sunken" />;
  const { daysDone, daysTotal, calls, rejected, rate, error, from, to } = job.data;
  const share = daysTotal === 0 ? 1 : daysDone / daysTotal;
  return (
    <div className="grid gap-2 rounded-lg border border-line bg-surface px-3 py-2.5" data-testid="job" data-state={state}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p aria-live="polite">
          <b className="font-semibold">{state === "running" ? "Loading" : state === "done" ? "Loaded" : "Not all could be loaded"}</b> {format.period(from, to)}
        </p>
        <p className="tabular text-xs text-soft">
          {daysDone} of {daysTotal} days · {format.whole(calls)} calls · {format.whole(rejected)} rejected
          {rate !== null && ` · ${format.whole(rate)} records/s`}
        </p>
        {state === "running"
          ? mayLoad && <Button onClick={() => void fetchJson(`/api/v1/sync/${jobId}`, { method: "DELETE" }).then(() => job.refetch())}>Cancel</Button>
          : onDismiss && (
              <Button kind="quiet" onClick={onDismiss}>
                Close
              </Button>
            )}
      </div>
      <div
        role="progressbar"
        aria-label="Days loaded"
        aria-valuemin={0}
        aria-valuemax={daysTotal}
        aria-valuenow={daysDone}
        className="h-1.5 overflow-hidden rounded-full bg-sunken"
      >
        <div className={state === "failed" ? "h-full bg-bad" : "h-full bg-accent"} style={{ width: `${share * 100}%`, transition: "width 300ms" }} />
      </div>
      {error && <p className="text-bad">{error}</p>}
    </div>
  );
}
