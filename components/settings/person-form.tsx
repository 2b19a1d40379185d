"use client";

import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { ProblemText } from "../ui/problem-text";
import { LimitsFields } from "./limits";
import type { Invited, Person } from "./person";
import { RoleSelect } from "./role-select";

/** Invites somebody, or changes what they may do and see. A changed role or limit signs them out. */
export function PersonForm({ person, isSelf, onDone }: { person: Person | null; isSelf: boolean; onDone: (invited: Invited | null) => void }) {
  const { isBusy, problem, errors, run } = useAction();
  const [role, setRole] = useState<string>(person?.role ?? "viewer");
  const [limits, setLimits] = useState(person?.limits ?? null);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const form = Object.fromEntries(new FormData(event.currentTarget));
        const seen = role === "admin" ? null : limits;
        void run(async () => {
          if (!person) {
            onDone(await fetchJson<Invited>("/api/v1/invites", { method: "POST", body: { ...form, limits: seen } }));
            return;
          }
          const changed = {
            ...(form.name === person.name ? {} : { name: form.name }),
            ...(role === person.role ? {} : { role }),
            ...(JSON.stringify(seen) === JSON.stringify(person.limits) ? {} : { limits: seen }),
          };
          await fetchJson(`/api/v1/people/${person.id}`, { method: "PATCH", body: changed });
          onDone(null);
        });
      }}
    >
      <Field label="Name" name="name" required defaultValue={person?.name} errors={errors.name} />
      {!person && <Field label="E-mail" name="email" type="email" required errors={errors.email} />}
      <RoleSelect value={role} onChange={setRole} disabled={isSelf} />
      {role !== "admin" && <LimitsFields value={limits} onChange={setLimits} errors={errors.limits} />}
      <ProblemText problem={problem} />
      <Button type="submit" kind="strong" disabled={isBusy}>
        {person ? "Save" : "Make the invitation link"}
      </Button>
    </form>
  );
}
