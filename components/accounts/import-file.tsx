"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { useMayLoad, useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";

interface Outcome {
  calls: number;
  duplicates: number;
  rejected: number;
}

/** Loads records from a file: an answer of the CDR API, a JSON list, or NDJSON. */
export function ImportFile() {
  const { accounts } = useWorkspace();
  const mayLoad = useMayLoad();
  const format = useFormat();
  const client = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { isBusy, problem, run } = useAction();
  if (!mayLoad) return null;
  return (
    <Panel title="Import a file" note="CDR JSON or NDJSON">
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          const file = data.get("file") as File;
          const account = data.get("account");
          void run(async () => {
            setOutcome(null);
            setOutcome(await fetchJson<Outcome>(`/api/v1/import${account ? `?account=${account}` : ""}`, { method: "POST", file }));
            void client.invalidateQueries();
          });
        }}
      >
        <Field label="File" name="file" type="file" required accept=".json,.ndjson,.jsonl,application/json" className="!h-auto py-1.5" />
        {accounts.length > 0 && (
          <Select label="Account" name="account">
            {accounts.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
        <p className="text-xs text-faint">
          A file does not make its days count as loaded: nothing says that it is whole. Records that are there already are replaced, not doubled.
        </p>
        <ProblemText problem={problem} always />
        {outcome && (
          <p role="status" className="text-good">
            {format.whole(outcome.calls)} calls loaded, {format.whole(outcome.duplicates)} seen twice, {format.whole(outcome.rejected)} rejected.
          </p>
        )}
        <div>
          <Button type="submit" kind="strong" disabled={isBusy}>
            {isBusy ? "Importing" : "Import"}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
