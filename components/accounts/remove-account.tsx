"use client";

import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ProblemText } from "../ui/problem-text";
import type { Account } from "./account";

/** Removes an account and asks what becomes of its calls. */
export function RemoveAccount({ account, onClose, onRemoved }: { account: Account; onClose: () => void; onRemoved: () => void }) {
  const format = useFormat();
  const action = useAction();
  const [calls, setCalls] = useState<"keep" | "take-away">("keep");
  const held = account.calls ?? 0;
  const told = held === 1 ? "1 call is" : `${format.whole(held)} calls are`;
  const choice = (value: typeof calls, label: string, hint: string) => (
    <label className="flex gap-2">
      <input type="radio" name="calls" className="mt-1" checked={calls === value} onChange={() => setCalls(value)} />
      <span>
        <span className="font-medium">{label}</span>
        <span className="block text-soft">{hint}</span>
      </span>
    </label>
  );
  return (
    <Dialog
      onClose={onClose}
      title={`Remove ${account.name}`}
      description={held > 0 ? `Its credentials are deleted. ${told} held of it.` : "Its credentials are deleted. No calls are held of it."}
    >
      {held > 0 && (
        <fieldset className="grid gap-3">
          <legend className="mb-2 font-medium">What becomes of its calls?</legend>
          {choice("keep", "Keep them", "They go on counting, under the account's name. Added again, the account finds them.")}
          {choice("take-away", "Take them away", "With their raw records, and for good: every figure is then without them.")}
        </fieldset>
      )}
      <ProblemText problem={action.problem} always />
      <Button
        kind="danger"
        disabled={action.isBusy}
        onClick={() =>
          action.run(async () => {
            await fetchJson(`/api/v1/accounts/${account.id}?calls=${calls}`, { method: "DELETE" });
            onRemoved();
          })
        }
      >
        {held > 0 && calls === "take-away" ? `Remove the account and its ${format.whole(held)} calls` : "Remove the account"}
      </Button>
    </Dialog>
  );
}
