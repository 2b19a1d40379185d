"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { makeFormat } from "../data/format";
import { useAction } from "../data/use-action";
import { useIntlValues } from "../data/use-intl-values";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";

const locales = ["en-IN", "en-GB", "en-US", "de-DE", "fr-FR", "hi-IN", "ta-IN"];

export function WorkspaceForm({ disabled }: { disabled: boolean }) {
  const workspace = useWorkspace();
  const router = useRouter();
  const { isBusy, problem, run } = useAction();
  const [isSaved, setSaved] = useState(false);
  const zones = [...new Set(["UTC", workspace.timeZone, ...useIntlValues("timeZone")])];
  const currencies = [...new Set([workspace.currency, "INR", "USD", "EUR", ...useIntlValues("currency")])];
  return (
    <Panel title="Time zone, numbers and currency">
      <form
        className="grid gap-3"
        onChange={() => setSaved(false)}
        onSubmit={(event) => {
          event.preventDefault();
          const body = Object.fromEntries(new FormData(event.currentTarget));
          void run(async () => {
            await fetchJson("/api/v1/settings", { method: "PUT", body });
            setSaved(true);
            router.refresh();
          });
        }}
      >
        <fieldset disabled={disabled} className="grid gap-3">
          <Select label="Time zone in which days begin, unless a page says otherwise" name="timeZone" defaultValue={workspace.timeZone}>
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
          <Select label="Numbers are written as" name="locale" defaultValue={workspace.locale}>
            {[...new Set([workspace.locale, ...locales])].map((locale) => (
              <option key={locale} value={locale}>
                {makeFormat(locale, "UTC").figure(5139624.5, "count")} ({locale})
              </option>
            ))}
          </Select>
          <Select label="Currency" name="currency" defaultValue={workspace.currency}>
            {currencies.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </Select>
        </fieldset>
        <ProblemText problem={problem} always />
        {!disabled && (
          <div className="flex items-center gap-3">
            <Button type="submit" kind="strong" disabled={isBusy}>
              Save
            </Button>
            {isSaved && (
              <span role="status" className="text-good">
                Saved
              </span>
            )}
          </div>
        )}
      </form>
    </Panel>
  );
}
