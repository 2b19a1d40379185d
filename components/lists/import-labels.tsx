"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Notice } from "../ui/notice";
import { ProblemText } from "../ui/problem-text";

interface Outcome {
  changed: number;
  unknown: string[];
}

/** Labels and tags of many rooms from a table file. */
export function ImportLabels() {
  const [isOpen, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { isBusy, problem, run, clear } = useAction();
  const client = useQueryClient();
  const format = useFormat();
  const open = (next: boolean) => {
    setOpen(next);
    setOutcome(null);
    clear();
  };
  return (
    <>
      <Button onClick={() => open(true)}>Import labels</Button>
      <Dialog
        open={isOpen}
        onClose={() => open(false)}
        title="Import labels and tags"
        description="A file, CSV or XLSX, with the columns room_id, label and tag. A column that is absent stays as it is; an empty cell takes the label or tag away."
      >
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            const file = new FormData(event.currentTarget).get("file");
            if (!(file instanceof File)) return;
            void run(async () => {
              setOutcome(await fetchJson<Outcome>("/api/v1/rooms/labels", { method: "POST", file }));
              await client.invalidateQueries();
            });
          }}
        >
          <Field label="File" name="file" type="file" accept=".csv,.txt,.xlsx,text/csv" required className="!py-1.5" />
          <ProblemText problem={problem} />
          {outcome && (
            <Notice>
              {format.whole(outcome.changed)} rooms labelled.
              {outcome.unknown.length > 0 &&
                ` ${format.whole(outcome.unknown.length)} of them have no calls yet: ${outcome.unknown.slice(0, 5).join(", ")}${outcome.unknown.length > 5 ? " and others" : ""}.`}
            </Notice>
          )}
          <Button type="submit" kind="strong" disabled={isBusy}>
            {isBusy ? "Importing" : "Import"}
          </Button>
        </form>
      </Dialog>
    </>
  );
}
