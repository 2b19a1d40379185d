"use client";

import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { actionsColumn, Table } from "../ui/table";
import type { RemovedAccount } from "./account";

/** What removed accounts left: whether it counts, and a way to take it away. */
export function RemovedAccounts({ rows, mayChange, onChanged }: { rows: RemovedAccount[]; mayChange: boolean; onChanged: () => void }) {
  const format = useFormat();
  const action = useAction();
  const [taken, setTaken] = useState<RemovedAccount | null>(null);
  if (rows.length === 0) return null;
  return (
    <Panel title="Removed accounts" note="their calls were kept">
      <Table
        caption="Removed accounts"
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: "name", label: "Name", cell: ({ name }) => <b className="font-semibold">{name}</b> },
          { key: "at", label: "Removed", cell: ({ removedAt }) => format.moment(new Date(removedAt).toISOString()) },
          { key: "calls", label: "Calls", numeric: true, cell: ({ calls }) => format.whole(calls) },
          { key: "counted", label: "In figures of all accounts", cell: ({ counted }) => (counted ? "counted" : <Badge tone="warn">kept out</Badge>) },
          {
            ...actionsColumn,
            cell: (account) =>
              mayChange && (
                <span className="inline-flex flex-wrap justify-end gap-1">
                  <Button
                    disabled={action.isBusy}
                    aria-label={`${account.counted ? "Keep out" : "Count"} the calls of ${account.name}`}
                    onClick={() =>
                      action.run(async () => {
                        await fetchJson(`/api/v1/accounts/${account.id}`, { method: "PATCH", body: { counted: !account.counted } });
                        onChanged();
                      })
                    }
                  >
                    {account.counted ? "Keep out" : "Count"}
                  </Button>
                  <Button kind="danger" aria-label={`Take away the calls of ${account.name}`} onClick={() => setTaken(account)}>
                    Take away
                  </Button>
                </span>
              ),
          },
        ]}
      />
      {!taken && <ProblemText problem={action.problem} />}
      <Dialog
        open={taken !== null}
        onClose={() => setTaken(null)}
        title={`Take away the calls of ${taken?.name}`}
        description={`${format.whole(taken?.calls ?? 0)} calls go with their raw records, for good. Every figure is then without them.`}
      >
        <ProblemText problem={action.problem} always />
        <Button
          kind="danger"
          disabled={action.isBusy}
          onClick={() =>
            action.run(async () => {
              await fetchJson(`/api/v1/accounts/${taken?.id}?calls=take-away`, { method: "DELETE" });
              setTaken(null);
              onChanged();
            })
          }
        >
          Take {format.whole(taken?.calls ?? 0)} calls away
        </Button>
      </Dialog>
    </Panel>
  );
}
