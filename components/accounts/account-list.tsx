"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { actionsColumn, Table } from "../ui/table";
import { type Account, AccountForm } from "./account-form";
import { Notices } from "./notices";
import { TestOutcome, type TestResult } from "./test-outcome";

/** Stored credentials. Keys are never shown; only an admin changes anything here. */
export function AccountList() {
  const { person } = useWorkspace();
  const router = useRouter();
  const accounts = useQuery({ queryKey: ["accounts"], queryFn: () => fetchJson<{ rows: Account[] }>("/api/v1/accounts") });
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [noticed, setNoticed] = useState<Account | null>(null);
  const [removed, setRemoved] = useState<Account | null>(null);
  const [tests, setTests] = useState<Record<string, TestResult | "running">>({});
  const action = useAction();
  const isAdmin = person.role === "admin";
  const changed = () => {
    setEdited(null);
    void accounts.refetch();
    // The account switch and the notices of other pages come with the layout.
    router.refresh();
  };
  const test = async (id: string) => {
    setTests((all) => ({ ...all, [id]: "running" }));
    const result = await fetchJson<TestResult>("/api/v1/accounts/test", { method: "POST", body: { id } }).catch(
      (error: Error): TestResult => ({ ok: false, kind: "error", message: error.message }),
    );
    setTests((all) => ({ ...all, [id]: result }));
  };
  const rows = accounts.data?.rows ?? [];
  return (
    <>
      <Panel
        title="Accounts"
        note={
          isAdmin && (
            <Button kind="strong" onClick={() => setEdited("new")}>
              Add account
            </Button>
          )
        }
        query={accounts}
        empty={
          rows.length === 0 &&
          (isAdmin ? "No account yet. Add the APP_ID and APP_KEY of a project to load its records." : "No account yet. An admin can add one.")
        }
        minHeight={72}
      >
        <Table
          caption="Accounts"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            { key: "name", label: "Name", cell: ({ name }) => <b className="font-semibold">{name}</b> },
            { key: "url", label: "CDR API", cell: ({ baseUrl }) => <span className="break-all text-soft">{baseUrl}</span> },
            { key: "app", label: "APP_ID", cell: ({ appId }) => <code className="text-xs break-all">{appId}</code> },
            {
              key: "test",
              label: <span className="sr-only">Connection</span>,
              cell: ({ id }) => {
                const result = tests[id];
                return result === "running" ? <Badge>testing</Badge> : result ? <TestOutcome result={result} /> : null;
              },
            },
            {
              ...actionsColumn,
              cell: (account) =>
                isAdmin && (
                  <span className="inline-flex flex-wrap justify-end gap-1">
                    <Button
                      onClick={() => void test(account.id)}
                      disabled={tests[account.id] === "running"}
                      aria-label={`Test the connection of ${account.name}`}
                    >
                      Test
                    </Button>
                    <Button onClick={() => setEdited(account)} aria-label={`Edit ${account.name}`}>
                      Edit
                    </Button>
                    <Button onClick={() => setNoticed(account)} aria-label={`Notices of ${account.name}`}>
                      Notices
                    </Button>
                    <Button kind="danger" onClick={() => setRemoved(account)} aria-label={`Remove ${account.name}`}>
                      Remove
                    </Button>
                  </span>
                ),
            },
          ]}
        />
      </Panel>
      <Dialog
        open={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === "new" ? "Add account" : "Edit account"}
        description="The key is encrypted before it is stored and never shown again."
      >
        {edited && <AccountForm account={edited === "new" ? null : edited} onDone={changed} />}
      </Dialog>
      {noticed && <Notices account={noticed} onClose={() => setNoticed(null)} onChanged={() => accounts.refetch()} />}
      <Dialog
        open={removed !== null}
        onClose={() => setRemoved(null)}
        title={`Remove ${removed?.name}`}
        description="Its credentials are deleted. Calls that were loaded stay."
      >
        <ProblemText problem={action.problem} always />
        <Button
          kind="danger"
          disabled={action.isBusy}
          onClick={() =>
            action.run(async () => {
              await fetchJson(`/api/v1/accounts/${removed?.id}`, { method: "DELETE" });
              setRemoved(null);
              changed();
            })
          }
        >
          Remove the account
        </Button>
      </Dialog>
    </>
  );
}
