"use client";

import { useQuery } from "@tanstack/react-query";
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
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => fetchJson<{ viewersSeeNames: boolean }>("/api/v1/settings"),
    enabled: !disabled,
  });
  const { isBusy, problem, run } = useAction();
  const [isSaved, setSaved] = useState(false);
  const zones = [...new Set(["UTC", workspace.timeZone, ...useIntlValues("timeZone")])];
  const currencies = [...new Set([workspace.currency, "INR", "USD", "EUR", ...useIntlValues("currency")])];
  return (
    <Panel title="Time zone, numbers, currency and names">
      <form
        className="grid gap-3"
        onChange={() => setSaved(false)}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const body = { ...Object.fromEntries(form), viewersSeeNames: form.get("viewersSeeNames") !== null };
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
          {!disabled && settings.data && (
            <label className="flex items-center gap-2">
              <input type="checkbox" name="viewersSeeNames" defaultChecked={settings.data.viewersSeeNames} /> Viewers see names, refs and addresses
            </label>
          )}
        </fieldset>
        <ProblemText problem={problem} always />
        {!disabled && (
          <div className="flex items-center gap-3">
            <Button type="submit" kind="strong" disabled={isBusy || !settings.data}>
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
