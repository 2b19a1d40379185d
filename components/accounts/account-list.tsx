"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Panel } from "../ui/panel";
import { actionsColumn, Table } from "../ui/table";
import type { Account, AccountsAnswer } from "./account";
import { AccountForm } from "./account-form";
import { Notices } from "./notices";
import { Overlaps } from "./overlaps";
import { RemoveAccount } from "./remove-account";
import { RemovedAccounts } from "./removed-accounts";
import { TestOutcome, type TestResult } from "./test-outcome";

/** Stored credentials. Keys are never shown; only an admin changes anything here. */
export function AccountList() {
  const { person, seesAll } = useWorkspace();
  const format = useFormat();
  const router = useRouter();
  const client = useQueryClient();
  const accounts = useQuery({ queryKey: ["accounts"], queryFn: () => fetchJson<AccountsAnswer>("/api/v1/accounts") });
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [noticed, setNoticed] = useState<Account | null>(null);
  const [removed, setRemoved] = useState<Account | null>(null);
  const [tests, setTests] = useState<ReadonlyMap<string, TestResult | "running">>(new Map());
  const isAdmin = person.role === "admin";
  const changed = () => {
    setEdited(null);
    // What counts may be other calls now.
    void client.invalidateQueries();
    // The account switch and the notices of other pages come with the layout.
    router.refresh();
  };
  const test = async (id: string) => {
    setTests((all) => new Map(all).set(id, "running"));
    const result = await fetchJson<TestResult>("/api/v1/accounts/test", { method: "POST", body: { id } }).catch(
      (error: Error): TestResult => ({ ok: false, kind: "error", message: error.message }),
    );
    setTests((all) => new Map(all).set(id, result));
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
            ...(seesAll
              ? [{ key: "calls", label: "Calls held", numeric: true, cell: ({ calls }: Account) => (calls === null ? "" : format.whole(calls)) }]
              : []),
            {
              key: "test",
              label: <span className="sr-only">Connection</span>,
              cell: ({ id }) => {
                const result = tests.get(id);
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
                      disabled={tests.get(account.id) === "running"}
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
      {removed && (
        <RemoveAccount
          account={removed}
          onClose={() => setRemoved(null)}
          onRemoved={() => {
            setRemoved(null);
            changed();
          }}
        />
      )}
      <Overlaps rows={accounts.data?.overlaps ?? []} mayChange={isAdmin} onChanged={changed} />
      <RemovedAccounts rows={accounts.data?.removed ?? []} mayChange={isAdmin} onChanged={changed} />
    </>
  );
}
