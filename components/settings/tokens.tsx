"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";
import { actionsColumn, Table } from "../ui/table";
import { type Limits, LimitsFields, limitWords } from "./limits";
import { RoleSelect } from "./role-select";

interface Token {
  id: string;
  name: string;
  role: string;
  limits: Limits | null;
  owner: string;
  stopped: string | null;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** API tokens: named, with a role, shown once, revocable. */
export function Tokens() {
  const format = useFormat();
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => fetchJson<{ rows: Token[] }>("/api/v1/tokens") });
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [role, setRole] = useState("viewer");
  const [limits, setLimits] = useState<Limits | null>(null);
  const { accounts } = useWorkspace();
  const { isBusy, problem, errors, run } = useAction();
  const rows = tokens.data?.rows ?? [];
  const close = () => {
    setAdding(false);
    setMade(null);
    setRole("viewer");
    setLimits(null);
  };
  return (
    <>
      <Panel
        title="API tokens"
        note={
          <Button kind="strong" onClick={() => setAdding(true)}>
            Make token
          </Button>
        }
        query={tokens}
        empty={rows.length === 0 && "No tokens. A token lets a program call the API."}
        minHeight={80}
      >
        <Table
          caption="API tokens"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "name",
              label: "Name",
              cell: ({ name, stopped, revokedAt }) => (
                <span className="flex flex-wrap items-center gap-2">
                  <b className="font-semibold">{name}</b>
                  {stopped && !revokedAt && <Badge tone="bad">refused</Badge>}
                  {stopped && !revokedAt && <span className="block w-full text-xs text-bad">{`${stopped} Make a new one in its place.`}</span>}
                </span>
              ),
            },
            { key: "role", label: "Role", cell: ({ role, limits: of }) => `${role}${of ? `, ${limitWords(of, accounts)}` : ""}` },
            { key: "made", label: "Made", className: "hidden sm:table-cell", cell: ({ owner, createdAt }) => `by ${owner}, ${format.moment(createdAt)}` },
            {
              key: "used",
              label: "Last used",
              className: "hidden sm:table-cell",
              cell: ({ lastUsedAt }) => (lastUsedAt ? format.moment(lastUsedAt) : "never"),
            },
            {
              ...actionsColumn,
              cell: ({ id, name, revokedAt }) =>
                revokedAt ? (
                  <Badge>revoked</Badge>
                ) : (
                  <Button
                    kind="danger"
                    disabled={isBusy}
                    aria-label={`Revoke ${name}`}
                    onClick={() =>
                      void run(async () => {
                        await fetchJson(`/api/v1/tokens/${id}`, { method: "DELETE" });
                        await tokens.refetch();
                      })
                    }
                  >
                    Revoke
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
      <Dialog
        open={isAdding}
        onClose={close}
        title="Make an API token"
        description="Send it as Authorization: Bearer, to the routes that /api/openapi.json lists."
      >
        {made ? (
          <ShownOnce text={made} testId="token" onDone={close} />
        ) : (
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              const body = { ...Object.fromEntries(new FormData(event.currentTarget)), limits: role === "admin" ? null : limits };
              void run(async () => {
                const { token } = await fetchJson<{ token: string }>("/api/v1/tokens", { method: "POST", body });
                setMade(token);
                await tokens.refetch();
              });
            }}
          >
            <Field label="Name" name="name" required placeholder="What uses it" errors={errors.name} />
            <RoleSelect value={role} onChange={setRole} />
            {role !== "admin" && <LimitsFields value={limits} onChange={setLimits} errors={errors.limits} />}
            <ProblemText problem={problem} />
            <Button type="submit" kind="strong" disabled={isBusy}>
              Make token
            </Button>
          </form>
        )}
      </Dialog>
    </>
  );
}
