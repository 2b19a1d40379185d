"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";
import { actionsColumn, Table } from "../ui/table";
import { limitWords } from "./limits";
import { type Invited, madeInWords, type Person } from "./person";
import { PersonForm } from "./person-form";

/** Who may sign in, with which role, and what they see. */
export function People() {
  const { person: self, accounts } = useWorkspace();
  const people = useQuery({ queryKey: ["people"], queryFn: () => fetchJson<{ rows: Person[] }>("/api/v1/people") });
  const [edited, setEdited] = useState<Person | "new" | null>(null);
  const [link, setLink] = useState<Invited | null>(null);
  const { isBusy, problem, run } = useAction();
  const act = (path: string, method: string, body?: object) =>
    run(async () => {
      const answer = await fetchJson<Invited | undefined>(`/api/v1/people/${path}`, { method, ...(body ? { body } : {}) });
      if (answer?.token) setLink(answer);
      await people.refetch();
    });
  const close = () => {
    setEdited(null);
    setLink(null);
  };
  return (
    <Panel
      title="People"
      note={
        <Button kind="strong" onClick={() => setEdited("new")}>
          Invite person
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
            cell: ({ name, active, signsIn, hasTwoStep }) => (
              <span className="inline-flex flex-wrap items-center gap-1">
                <b className="font-semibold">{name}</b>
                {!active && <Badge>may not sign in</Badge>}
                {signsIn === "invited" && <Badge tone="warn">invited</Badge>}
                {signsIn === "provider" && <Badge>single sign-on</Badge>}
                {hasTwoStep && <Badge tone="good">two-step</Badge>}
              </span>
            ),
          },
          { key: "email", label: "E-mail", className: "hidden sm:table-cell", cell: ({ email }) => <span className="break-all text-soft">{email}</span> },
          { key: "role", label: "Role", cell: ({ role }) => role },
          { key: "sees", label: "Sees", className: "hidden sm:table-cell", cell: ({ limits }) => limitWords(limits, accounts) },
          {
            ...actionsColumn,
            cell: (person) => (
              <Button aria-label={`Change ${person.name}`} onClick={() => setEdited(person)}>
                Change
              </Button>
            ),
          },
        ]}
      />
      <Dialog
        open={edited !== null}
        onClose={close}
        title={edited === "new" ? "Invite person" : (edited?.name ?? "")}
        description={edited === "new" ? "They choose their own password by a link that works once, for a week." : (edited?.email ?? "")}
      >
        {link ? (
          <ShownOnce
            text={`${window.location.origin}/invite/${link.token}`}
            note={link.mailed ? "It was mailed to them too." : "Give it to them on a way that only they can read."}
            testId="invite"
            onDone={close}
          />
        ) : (
          edited !== null && (
            <>
              {edited !== "new" && madeInWords(edited.made) && (
                <Notice tone={edited.active ? "plain" : "warn"}>
                  {`${edited.name} made ${madeInWords(edited.made)}. ${
                    edited.active
                      ? "They go by what this person may do and see: deactivated, they stop; with a lesser role or part, they show less."
                      : "They have stopped. Schedules, alerts and links can be taken over where they are listed; tokens have to be made anew."
                  }`}
                </Notice>
              )}
              <PersonForm
                person={edited === "new" ? null : edited}
                isSelf={edited !== "new" && edited.id === self.id}
                onDone={(invited) => {
                  if (invited) setLink(invited);
                  else close();
                  void people.refetch();
                }}
              />
              {edited !== "new" && (
                <div className="flex flex-wrap gap-2 border-t border-line pt-4">
                  {edited.signsIn !== "provider" && (
                    <Button disabled={isBusy} onClick={() => void act(`${edited.id}/invite`, "POST")}>
                      {edited.signsIn === "invited" ? "New invitation link" : "Link to reset the password"}
                    </Button>
                  )}
                  {edited.hasTwoStep && (
                    <Button disabled={isBusy} onClick={() => void act(`${edited.id}/two-step`, "DELETE").then(close)}>
                      Switch two-step sign-in off
                    </Button>
                  )}
                  {edited.id !== self.id && (
                    <>
                      <Button disabled={isBusy} onClick={() => void act(`${edited.id}/sessions`, "DELETE").then(close)}>
                        Sign out everywhere
                      </Button>
                      <Button
                        kind={edited.active ? "danger" : "plain"}
                        disabled={isBusy}
                        onClick={() => void act(edited.id, "PATCH", { active: !edited.active }).then(close)}
                      >
                        {edited.active ? "Deactivate" : "Activate"}
                      </Button>
                    </>
                  )}
                </div>
              )}
            </>
          )
        )}
      </Dialog>
    </Panel>
  );
}
