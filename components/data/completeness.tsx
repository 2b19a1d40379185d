"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { daySpans } from "@/lib/time";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { useFormat } from "./format";
import { JobProgress } from "./job-progress";
import type { MetricsMeta } from "./use-metrics";
import { useMayLoad, useWorkspace } from "./workspace";

/** Says when the figures of a page are not whole, which days are missing, and offers to load them. */
export function Completeness({ meta }: { meta: MetricsMeta | undefined }) {
  const format = useFormat();
  const { accounts } = useWorkspace();
  const mayLoad = useMayLoad();
  const client = useQueryClient();
  const [jobs, setJobs] = useState<string[]>([]);
  const [error, setError] = useState<string | null>(null);
  if (accounts.length === 0) {
    return (
      <Notice tone="warn">
        No account is set up, so nothing can be loaded.{" "}
        <a href="/accounts" className="font-semibold underline">
          Add an account
        </a>
      </Notice>
    );
  }
  if (!meta) return null;
  // What was removed cannot be loaded any more.
  const wanted = accounts.map(({ id }) => id).filter((id) => meta.accounts.includes(id));
  const load = async () => {
    setError(null);
    try {
      const started = await Promise.all(
        wanted.map((account) =>
          fetchJson<{ jobId: string }>("/api/v1/sync", {
            method: "POST",
            body: { account, from: meta.missingDays[0], to: meta.missingDays.at(-1), mode: "open" },
          }),
        ),
      );
      setJobs(started.map(({ jobId }) => jobId));
    } catch (problem) {
      setError((problem as Error).message);
    }
  };
  const ended = () => {
    void client.invalidateQueries();
  };
  if (jobs.length > 0 && (meta.missingDays.length > 0 || meta.partialDays.length > 0)) {
    return (
      <div className="grid gap-2">
        {jobs.map((id) => (
          <JobProgress key={id} jobId={id} onEnd={ended} onDismiss={() => setJobs(jobs.filter((one) => one !== id))} />
        ))}
      </div>
    );
  }
  if (meta.missingDays.length > 0) {
    const spans = daySpans(meta.missingDays);
    const named = spans.slice(0, 4).map(({ from, to }) => (from === to ? format.longDay(from) : format.period(from, to)));
    return (
      <Notice
        tone="warn"
        action={
          mayLoad && wanted.length > 0 ? (
            <Button onClick={load}>Load {meta.missingDays.length === 1 ? "this day" : `${meta.missingDays.length} days`}</Button>
          ) : undefined
        }
      >
        <b className="font-semibold">{meta.notLoaded ? "Nothing of this period is loaded." : "These figures are not whole."}</b>{" "}
        {meta.missingDays.length === 1 ? "One day (UTC) is" : `${meta.missingDays.length} days (UTC) are`} not loaded: {named.join(", ")}
        {spans.length > 4 ? ` and ${spans.length - 4} more spans` : ""}.{error && <span className="block text-bad">{error}</span>}
      </Notice>
    );
  }
  return null;
}

/** One quiet line on what the figures rest on. */
export function Basis({ meta }: { meta: MetricsMeta | undefined }) {
  const format = useFormat(meta?.tz);
  if (!meta) return null;
  const calls = (count: number) => (count === 1 ? "1 call is" : `${format.whole(count)} calls are`);
  const notes = [
    meta.part ? "Figures of the accounts and rooms that you may see" : null,
    meta.complete ? "Every day is loaded and final" : null,
    meta.comingDays.length > 0 ? `${meta.comingDays.length === 1 ? "1 day is" : `${meta.comingDays.length} days are`} still to come` : null,
    meta.missingDays.length === 0 && meta.partialDays.length > 0
      ? `${meta.partialDays.length === 1 ? "1 day" : `${meta.partialDays.length} days`} may still gain late records (from ${format.day(meta.partialDays[0] as string)})`
      : null,
    meta.unplaced > 0 ? `${format.whole(meta.unplaced)} calls have no connect time and are on no timeline` : null,
    meta.withdrawn > 0 ? `${calls(meta.withdrawn)} not delivered any more by the CDR API` : null,
    meta.doubled > 0 ? `${calls(meta.doubled)} delivered by several accounts and counted once` : null,
    meta.ahead > 0 ? `${calls(meta.ahead)} dated more than a day from now` : null,
    meta.removed.length > 0 ? `with the calls of removed accounts: ${meta.removed.map(({ name }) => name).join(", ")}` : null,
    meta.refreshedAt ? `oldest day fetched ${format.moment(meta.refreshedAt)}` : null,
  ].filter(Boolean);
  return <p className="text-xs text-faint">{notes.join(" · ")}</p>;
}
