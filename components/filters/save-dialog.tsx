"use client";

import type { RequestProblem } from "@/lib/http/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { ProblemText } from "../ui/problem-text";

export function SaveDialog({
  onClose,
  onSave,
  isBusy,
  problem,
}: {
  onClose: () => void;
  onSave: (name: string, team: boolean) => void;
  isBusy: boolean;
  problem: RequestProblem | null;
}) {
  return (
    <Dialog
      onClose={onClose}
      title="Save view"
      description="This page with its period, filters and zone. A period without fixed days moves on with the calendar. Saved views are listed under Reports."
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          onSave(String(form.get("name")), form.get("team") !== null);
        }}
      >
        <Field label="Name" name="name" required autoFocus errors={problem?.errors.name} />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="team" /> For everyone in the team
        </label>
        <ProblemText problem={problem} />
        <Button type="submit" kind="strong" disabled={isBusy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
