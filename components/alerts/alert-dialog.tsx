"use client";

import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { addressesIn } from "../data/addresses";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import type { SavedView } from "../reports/reports";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { Notice } from "../ui/notice";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";
import { type Alert, type Measure, type Preview, watched } from "./alert";
import { PreviewDays } from "./preview-days";

/** Filters of an address without its days and without what belongs to the page. */
function filtersOf(query: string): string {
  const search = new URLSearchParams(query);
  for (const name of ["from", "to", "tz", "basis", "compare", "split", "sort", "tab", "fields"]) search.delete(name);
  return search.toString();
}

export function AlertDialog({ alert, onClose, onSaved }: { alert: Alert | null; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { person, timeZone, currency } = useWorkspace();
  const views = useQuery({ queryKey: ["views"], queryFn: () => fetchJson<{ rows: SavedView[] }>("/api/v1/views") });
  const { isBusy, problem, errors, run } = useAction();
  const [measure, setMeasure] = useState<Measure>(alert?.measure ?? "bad_share");
  const [tried, setTried] = useState<Preview | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [isTested, setTested] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { unit } = watched[measure];
  const factor = unit === "share" ? 100 : 1;
  const scopes = [...new Map((views.data?.rows ?? []).map(({ name, query }) => [filtersOf(query), name])).entries()].filter(([query]) => query !== "");
  const kept = alert?.query ?? "";
  const body = () => {
    const data = new FormData(form.current ?? undefined);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    return {
      name: text("name"),
      measure,
      way: text("way"),
      mark: Number(text("mark")) / factor,
      days: Number(text("days") || 1),
      minCalls: Number(text("minCalls") || 0),
      query: text("query"),
      tz: text("tz"),
      recipients: addressesIn(text("recipients")),
      webhookUrl: text("webhookUrl") || null,
      active: data.get("active") !== null,
    };
  };
  const save = () =>
    run(async () => {
      const path = alert ? `/api/v1/alerts/${alert.id}` : "/api/v1/alerts";
      const { webhookSecret } = await fetchJson<{ webhookSecret: string | null }>(path, { method: alert ? "PUT" : "POST", body: body() });
      await onSaved();
      if (webhookSecret) setSecret(webhookSecret);
      else onClose();
    });
  if (secret) {
    return (
      <Dialog
        onClose={onClose}
        title="The secret that signs the webhook"
        description="The receiver checks each message with it, as the Standard Webhooks specification says."
      >
        <ShownOnce text={secret} testId="webhook-secret" onDone={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog onClose={onClose} title={alert ? "Change the alert" : "Add an alert"} wide>
      <form
        ref={form}
        className="grid gap-3 sm:grid-cols-2"
        onChange={() => setTried(null)}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Name" name="name" required defaultValue={alert?.name} errors={errors.name} />
        <Select label="Figure" value={measure} onChange={(event) => setMeasure(event.target.value as Measure)}>
          {Object.entries(watched).map(([key, { label }]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </Select>
        <Select label="Tell when it is" name="way" defaultValue={alert?.way}>
          <option value="above">above</option>
          <option value="below">below, over whole days that are loaded</option>
        </Select>
        <Field
          key={`mark ${unit}`}
          label={unit === "share" ? "Mark, in percent" : unit === "money" ? `Mark, in ${currency}` : "Mark"}
          name="mark"
          type="number"
          step="any"
          min={0}
          required
          defaultValue={alert && alert.measure === measure ? Number((alert.mark * factor).toFixed(6)) : undefined}
          errors={errors.mark}
        />
        {measure !== "budget" && (
          <Field label="Over days, today included" name="days" type="number" min={1} max={92} required defaultValue={alert?.days ?? 1} errors={errors.days} />
        )}
        {measure !== "failed_loads" && measure !== "rejected" && (
          <Field
            label="At least so many calls"
            name="minCalls"
            type="number"
            min={0}
            defaultValue={alert?.minCalls ?? 0}
            hint="Fewer say nothing"
            errors={errors.minCalls}
          />
        )}
        <Select label="Of" name="query" defaultValue={kept} key={scopes.length}>
          <option value="">all calls</option>
          {kept !== "" && !scopes.some(([query]) => query === kept) && <option value={kept}>the filters that it has: {decodeURIComponent(kept)}</option>}
          {scopes.map(([query, name]) => (
            <option key={query} value={query}>
              the calls of “{name}”
            </option>
          ))}
        </Select>
        <Field label="Time zone of the days" name="tz" required defaultValue={alert?.tz ?? timeZone} errors={errors.tz} />
        <Field
          label="Mail to"
          name="recipients"
          defaultValue={alert ? alert.recipients.join(", ") : person.email}
          hint="Addresses, separated by commas"
          errors={errors.recipients}
        />
        <Field label="Webhook" name="webhookUrl" type="url" defaultValue={alert?.webhookUrl ?? ""} hint="Empty: none" errors={errors.webhookUrl} />
        <label className="flex items-center gap-2 sm:col-span-2">
          <input type="checkbox" name="active" defaultChecked={alert?.active ?? true} /> Active
        </label>
        <div className="grid gap-3 sm:col-span-2">
          {tried && <PreviewDays preview={tried} unit={unit} />}
          <ProblemText problem={problem} />
          {isTested && <Notice>Sent.</Notice>}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" kind="strong" disabled={isBusy}>
              Save
            </Button>
            <Button
              disabled={isBusy}
              onClick={() =>
                form.current?.reportValidity() &&
                void run(async () => setTried(await fetchJson<Preview>("/api/v1/alerts/preview", { method: "POST", body: body() })))
              }
            >
              Try on the last 30 days
            </Button>
            {alert && (
              <>
                <Button
                  disabled={isBusy}
                  onClick={() =>
                    void run(async () => {
                      setTested(false);
                      await fetchJson(`/api/v1/alerts/${alert.id}/test`, { method: "POST" });
                      setTested(true);
                    })
                  }
                >
                  Send a test
                </Button>
                <Button
                  kind="danger"
                  disabled={isBusy}
                  onClick={() =>
                    void run(async () => {
                      await fetchJson(`/api/v1/alerts/${alert.id}`, { method: "DELETE" });
                      await onSaved();
                      onClose();
                    })
                  }
                >
                  Remove
                </Button>
              </>
            )}
          </div>
        </div>
      </form>
    </Dialog>
  );
}
