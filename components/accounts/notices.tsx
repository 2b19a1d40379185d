"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";
import { Table } from "../ui/table";
import type { Account } from "./account";

interface Notice {
  conf: string;
  state: "waiting" | "done" | "failed";
  receivedAt: string;
  calls: number | null;
  error: string | null;
}

const tones = { waiting: "warn", done: "good", failed: "bad" } as const;

/** Lets the CDR service say that a conference's records are ready, and shows what it said. */
export function Notices({ account, onClose, onChanged }: { account: Account; onClose: () => void; onChanged: () => Promise<unknown> }) {
  const format = useFormat();
  const path = `/api/v1/accounts/${account.id}/notify`;
  const notices = useQuery({ queryKey: ["notices", account.id], queryFn: () => fetchJson<{ rows: Notice[] }>(path), refetchInterval: 10_000 });
  const { isBusy, problem, run } = useAction();
  const [isOn, setOn] = useState(account.takesNotices);
  const [secret, setSecret] = useState<string | null>(null);
  const rows = notices.data?.rows ?? [];
  return (
    <Dialog
      onClose={onClose}
      title={`Notices of ${account.name}`}
      description="The CDR service can say when a conference's records are ready. That conference is then fetched at once, besides the regular loads."
      wide
    >
      {secret ? (
        <ShownOnce text={secret} testId="notice-secret" onDone={() => setSecret(null)} />
      ) : (
        <div className="grid gap-3">
          <dl className="grid gap-1 text-soft [overflow-wrap:anywhere]">
            <div>
              <dt className="inline">Address: </dt>
              <dd className="inline">
                <code>{`POST ${window.location.origin}/api/v1/notify/${account.id}`}</code>
              </dd>
            </div>
            <div>
              <dt className="inline">HTTP Basic: </dt>
              <dd className="inline">
                user <code>{account.id}</code>, password: the secret
              </dd>
            </div>
            <div>
              <dt className="inline">Body: </dt>
              <dd className="inline">
                JSON with <code>conf_num</code>
              </dd>
            </div>
          </dl>
          <ProblemText problem={problem} always />
          <div className="flex flex-wrap gap-2">
            <Button
              kind="strong"
              disabled={isBusy}
              onClick={() =>
                void run(async () => {
                  setSecret((await fetchJson<{ secret: string }>(path, { method: "POST" })).secret);
                  setOn(true);
                  await onChanged();
                })
              }
            >
              {isOn ? "New secret" : "Take notices"}
            </Button>
            {isOn && (
              <Button
                kind="danger"
                disabled={isBusy}
                onClick={() =>
                  void run(async () => {
                    await fetchJson(path, { method: "DELETE" });
                    setOn(false);
                    await onChanged();
                  })
                }
              >
                Take no more
              </Button>
            )}
          </div>
        </div>
      )}
      {rows.length === 0 ? (
        <p className="text-faint">{notices.isLoading ? "Loading" : "No notice has come yet."}</p>
      ) : (
        <Table
          caption="Notices"
          rows={rows}
          rowKey={({ conf, receivedAt }) => `${conf} ${receivedAt}`}
          columns={[
            { key: "at", label: "Came", cell: ({ receivedAt }) => format.moment(receivedAt) },
            { key: "conf", label: "Conference", className: "break-all", cell: ({ conf }) => conf },
            { key: "calls", label: "Calls", numeric: true, cell: ({ calls }) => (calls === null ? "–" : format.whole(calls)) },
            {
              key: "state",
              label: "State",
              cell: ({ state, error }) => (
                <>
                  <Badge tone={tones[state]}>{state === "done" ? "fetched" : state}</Badge>
                  {error && <span className="block text-xs text-bad">{error}</span>}
                </>
              ),
            },
          ]}
        />
      )}
    </Dialog>
  );
}
