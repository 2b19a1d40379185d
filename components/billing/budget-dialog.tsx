"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { ProblemText } from "../ui/problem-text";

type Scope = "all" | "account" | "tag";

interface Budget {
  scope: Scope;
  name: string;
  amount: string;
}

/** Budgets of a month: for everything, for an account, for a tag. */
export function BudgetDialog({ budgets, onClose, onSaved }: { budgets: Budget[]; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { accounts, currency } = useWorkspace();
  const format = useFormat();
  const { isBusy, problem, errors, run } = useAction();
  const [scope, setScope] = useState<Scope>("all");
  const tags = useQuery({ queryKey: ["tags"], queryFn: () => fetchJson<{ tags: string[] }>("/api/v1/rooms/labels") });
  const save = (body: object) =>
    run(async () => {
      await fetchJson("/api/v1/billing/budgets", { method: "PUT", body });
      await onSaved();
    });
  const nameOf = (budget: Budget) => (budget.scope === "all" ? "Everything" : (accounts.find(({ id }) => id === budget.name)?.name ?? budget.name));
  return (
    <Dialog onClose={onClose} title="Budgets of a month" description={`In ${currency}, before tax.`}>
      {budgets.length > 0 && (
        <ul className="grid gap-1">
          {budgets.map((budget) => (
            <li key={`${budget.scope}${budget.name}`} className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate">{nameOf(budget)}</span>
              <span className="tabular">{format.money(budget.amount)}</span>
              <Button
                kind="danger"
                disabled={isBusy}
                aria-label={`Remove the budget of ${nameOf(budget)}`}
                onClick={() => void save({ ...budget, amount: null })}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          void save({ scope, name: String(form.get("name") ?? ""), amount: String(form.get("amount")) });
        }}
      >
        <Select label="For" value={scope} onChange={(event) => setScope(event.target.value as Scope)}>
          <option value="all">everything</option>
          <option value="account">an account</option>
          <option value="tag">a tag</option>
        </Select>
        {scope === "account" && (
          <Select label="Account" name="name">
            {accounts.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
        {scope === "tag" && (
          <Select label="Tag" name="name">
            {tags.data?.tags.map((tag) => (
              <option key={tag}>{tag}</option>
            ))}
          </Select>
        )}
        <Field label={`Amount a month (${currency})`} name="amount" inputMode="decimal" required errors={errors.amount ?? errors.name} />
        <ProblemText problem={problem} />
        <Button type="submit" kind="strong" disabled={isBusy}>
          Set budget
        </Button>
      </form>
    </Dialog>
  );
}
