"use client";

import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { ProblemText } from "../ui/problem-text";
import type { Overlap } from "./account";

/** Accounts that deliver the same calls: how many, under which they count, and the other choice. */
export function Overlaps({ rows, mayChange, onChanged }: { rows: Overlap[]; mayChange: boolean; onChanged: () => void }) {
  const format = useFormat();
  const action = useAction();
  return (
    <>
      {rows.map(({ counted, other, calls, countBoth }) => (
        <Notice
          key={`${counted.id} ${other.id}`}
          tone={countBoth ? "warn" : "plain"}
          action={
            mayChange &&
            other.id !== "imported" && (
              <Button
                disabled={action.isBusy}
                onClick={() =>
                  action.run(async () => {
                    await fetchJson(`/api/v1/accounts/${other.id}`, { method: "PATCH", body: { countsDoubled: !countBoth } });
                    onChanged();
                  })
                }
              >
                {countBoth ? "Count them once" : "Count them under both"}
              </Button>
            )
          }
        >
          <b className="font-semibold">{counted.name}</b> and <b className="font-semibold">{other.name}</b> both have the same{" "}
          {calls === 1 ? "call" : `${format.whole(calls)} calls`}.{" "}
          {countBoth
            ? `${calls === 1 ? "It counts" : "They count"} under both, so twice in figures of all accounts.`
            : `${calls === 1 ? "It counts" : "They count"} once, under ${counted.name}.`}
        </Notice>
      ))}
      <ProblemText problem={action.problem} />
    </>
  );
}
