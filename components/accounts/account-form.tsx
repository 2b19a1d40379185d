"use client";

import { useRef, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useAction } from "../data/use-action";
import { Button } from "../ui/button";
import { Field, Select } from "../ui/field";
import { ProblemText } from "../ui/problem-text";
import type { Account } from "./account";
import { TestOutcome, type TestResult } from "./test-outcome";

export function AccountForm({ account, onDone }: { account: Account | null; onDone: () => void }) {
  const form = useRef<HTMLFormElement>(null);
  const [tested, setTested] = useState<TestResult | null>(null);
  const { isBusy, problem, errors, run } = useAction();
  const values = () => {
    const { name, baseUrl, appId, appKey, retention } = Object.fromEntries(new FormData(form.current as HTMLFormElement)) as Record<string, string>;
    return { name, baseUrl, appId, retentionDays: retention ? Number(retention) : null, ...(appKey ? { appKey } : {}) };
  };
  const test = () =>
    run(async () => {
      setTested(null);
      const entered = values();
      // An account that keeps its key is tested as it is stored.
      const body = account && !("appKey" in entered) ? { id: account.id } : { appKey: "", ...entered };
      setTested(await fetchJson<TestResult>("/api/v1/accounts/test", { method: "POST", body }));
    });
  return (
    <form
      ref={form}
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          await fetchJson(account ? `/api/v1/accounts/${account.id}` : "/api/v1/accounts", { method: account ? "PUT" : "POST", body: values() });
          const countsWithdrawn = new FormData(form.current as HTMLFormElement).get("withdrawn") !== "out";
          if (account && countsWithdrawn !== account.countsWithdrawn) {
            await fetchJson(`/api/v1/accounts/${account.id}`, { method: "PATCH", body: { countsWithdrawn } });
          }
          onDone();
        });
      }}
    >
      <Field label="Name" name="name" required defaultValue={account?.name} errors={errors.name} />
      <Field
        label="Base URL"
        name="baseUrl"
        type="url"
        required
        defaultValue={account?.baseUrl ?? "https://api.smartflomeet.ttns.in/video/v2"}
        hint="Other brands of the service have their own."
        errors={errors.baseUrl}
      />
      <Field label="APP_ID" name="appId" required autoComplete="off" defaultValue={account?.appId} errors={errors.appId} />
      <Field
        label="APP_KEY"
        name="appKey"
        type="password"
        autoComplete="off"
        required={!account}
        {...(account ? { hint: "Leave empty to keep the stored key." } : {})}
        errors={errors.appKey}
      />
      <Field
        label="Keep personal data, in days"
        name="retention"
        type="number"
        min={1}
        max={3660}
        defaultValue={account?.retentionDays ?? ""}
        hint="Empty: for good. Names, refs, addresses and agents of older calls are purged and cannot be brought back; every figure stays."
        errors={errors.retentionDays}
      />
      {account && (
        <Select label="Calls that the CDR API does not deliver any more" name="withdrawn" defaultValue={account.countsWithdrawn ? "count" : "out"}>
          <option value="count">count as before</option>
          <option value="out">are left out of every figure</option>
        </Select>
      )}
      <ProblemText problem={problem} />
      {tested && <TestOutcome result={tested} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => form.current?.reportValidity() && void test()} disabled={isBusy}>
          Test connection
        </Button>
        <Button type="submit" kind="strong" disabled={isBusy}>
          {account ? "Save" : "Add account"}
        </Button>
      </div>
    </form>
  );
}
