"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { Table } from "../ui/table";

interface Person {
  id: string;
  email: string;
  name: string;
  role: "viewer" | "analyst" | "admin";
  active: boolean;
}

export const roleWords = { viewer: "Viewer: reads", analyst: "Analyst: reads and loads", admin: "Admin: everything" };

/** Who may sign in, and with which role. */
export function People() {
  const { person } = useWorkspace();
  const people = useQuery({ queryKey: ["people"], queryFn: () => fetchJson<{ rows: Person[] }>("/api/v1/people") });
  const [isAdding, setAdding] = useState(false);
  const { isBusy, problem, run } = useAction();
  const change = (id: string, body: object) =>
    run(async () => {
      await fetchJson(`/api/v1/people/${id}`, { method: "PATCH", body });
      await people.refetch();
    });
  return (
    <Panel
      title="People"
      note={
        <Button kind="strong" onClick={() => setAdding(true)}>
          Add person
        </Button>
      }
      query={people}
      minHeight={80}
    >
      <ProblemText problem={problem} always />
      <Table
        caption="People"
        rows={people.data?.rows ?? []}
        rowKey={({ id }) => id}
        columns={[
          {
            key: "name",
            label: "Name",
            cell: ({ name, active }) => (
              <>
                <b className="font-semibold">{name}</b> {!active && <Badge>may not sign in</Badge>}
              </>
            ),
          },
          { key: "email", label: "E-mail", cell: ({ email }) => <span className="text-soft">{email}</span> },
          {
            key: "role",
            label: "Role",
            cell: ({ id, role, name }) => (
              <select
                aria-label={`Role of ${name}`}
                className="h-8 rounded-md border border-line bg-surface px-2"
                value={role}
                disabled={isBusy}
                onChange={(event) => void change(id, { role: event.target.value })}
              >
                {Object.entries(roleWords).map(([key, word]) => (
                  <option key={key} value={key}>
                    {word}
                  </option>
                ))}
              </select>
            ),
          },
          {
            key: "actions",
            label: <span className="sr-only">Actions</span>,
            numeric: true,
            cell: ({ id, active, name }) =>
              id !== person.id && (
                <span className="inline-flex gap-1">
                  <Button
                    disabled={isBusy}
                    aria-label={`Sign ${name} out everywhere`}
                    onClick={() => void run(() => fetchJson(`/api/v1/people/${id}/sessions`, { method: "DELETE" }))}
                  >
                    Sign out
                  </Button>
                  <Button
                    kind={active ? "danger" : "plain"}
                    disabled={isBusy}
                    aria-label={active ? `Deactivate ${name}` : `Activate ${name}`}
                    onClick={() => void change(id, { active: !active })}
                  >
                    {active ? "Deactivate" : "Activate"}
                  </Button>
                </span>
              ),
          },
        ]}
      />
      <Dialog
        open={isAdding}
        onClose={() => setAdding(false)}
        title="Add person"
        description="Tell them the password on another way; they can change it under Settings."
      >
        <AddPerson
          onDone={() => {
            setAdding(false);
            void people.refetch();
          }}
        />
      </Dialog>
    </Panel>
  );
}

function AddPerson({ onDone }: { onDone: () => void }) {
  const { isBusy, problem, errors, run } = useAction();
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const body = Object.fromEntries(new FormData(event.currentTarget));
        void run(async () => {
          await fetchJson("/api/v1/people", { method: "POST", body });
          onDone();
        });
      }}
    >
      <Field label="Name" name="name" required errors={errors.name} />
      <Field label="E-mail" name="email" type="email" required errors={errors.email} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        hint="At least 10 characters."
        errors={errors.password}
      />
      <Select label="Role" name="role">
        {Object.entries(roleWords).map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </Select>
      <ProblemText problem={problem} />
      <Button type="submit" kind="strong" disabled={isBusy}>
        Add person
      </Button>
    </form>
  );
}
