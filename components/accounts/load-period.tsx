"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { addDays, utcDay } from "@/lib/time";
import { JobProgress } from "../data/job-progress";
import { useAction } from "../data/use-action";
import { useMayLoad, useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";

/** Loads a period of an account, and shows how far it is. */
export function LoadPeriod() {
  const { accounts, now } = useWorkspace();
  const mayLoad = useMayLoad();
  const client = useQueryClient();
  const { isBusy, problem, errors, run } = useAction();
  const [jobs, setJobs] = useState<string[]>([]);
  const today = utcDay(now);
  if (!mayLoad || accounts.length === 0) return null;
  return (
    <Panel title="Load a period" note="days are UTC, as the CDR API counts them">
      <form
        className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_1fr_1.4fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          const { account, from, to, mode } = Object.fromEntries(new FormData(event.currentTarget));
          void run(async () => {
            const { jobId } = await fetchJson<{ jobId: string }>("/api/v1/sync", { method: "POST", body: { account, from, to, mode } });
            setJobs((all) => [jobId, ...all]);
            void client.invalidateQueries({ queryKey: ["jobs"] });
          });
        }}
      >
        <Select label="Account" name="account">
          {accounts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Field label="From" name="from" type="date" required defaultValue={addDays(today, -31)} max={today} errors={errors.from} />
        <Field label="To" name="to" type="date" required defaultValue={today} max={today} errors={errors.to} />
        <Select label="Which days" name="mode">
          <option value="open">Those that are missing or not final</option>
          <option value="all">All, again</option>
        </Select>
        <Button type="submit" kind="strong" className="!h-9" disabled={isBusy}>
          Load
        </Button>
      </form>
      <ProblemText problem={problem} />
      <div className="mt-3 grid gap-2 empty:hidden">
        {jobs.map((id) => (
          <JobProgress key={id} jobId={id} onEnd={() => void client.invalidateQueries()} onDismiss={() => setJobs((all) => all.filter((one) => one !== id))} />
        ))}
      </div>
    </Panel>
  );
}
