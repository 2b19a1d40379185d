"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { presets } from "@/lib/time";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { ProblemText } from "../ui/problem-text";
import { ShownOnce } from "../ui/shown-once";

const flags = [
  ["showCost", "Show cost"],
  ["showNames", "Show people by name"],
  ["allowDays", "Readers may choose fewer days"],
  ["allowDownload", "Readers may download CSV and XLSX"],
] as const;

export function ShareDialog({ page, query, onClose }: { page: string; query: string; onClose: () => void }) {
  const client = useQueryClient();
  const { isBusy, problem, errors, run } = useAction();
  const [link, setLink] = useState<string | null>(null);
  const [kind, setKind] = useState("live");
  const { seesNames } = useWorkspace();
  const submit = (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const body = {
      title: text("title"),
      note: text("note"),
      page,
      query,
      kind,
      period: text("period") || null,
      expiresAt: text("expires") ? `${text("expires")}T23:59:59Z` : null,
      password: text("password") || null,
      embedIn: text("embedIn")
        .split(/[\s,]+/)
        .filter(Boolean),
      ...Object.fromEntries(flags.map(([name]) => [name, form.get(name) !== null])),
    };
    return run(async () => {
      const { token } = await fetchJson<{ token: string }>("/api/v1/shares", { method: "POST", body });
      setLink(`${window.location.origin}/s/${token}`);
      await client.invalidateQueries({ queryKey: ["shares"] });
    });
  };
  return (
    <Dialog
      onClose={onClose}
      title="Share this view"
      description="Whoever has the link sees this report and nothing else. It can be taken back under Reports."
      wide
    >
      {link ? (
        <ShownOnce text={link} testId="link" onDone={onClose} />
      ) : (
        <form
          className="grid gap-3 sm:grid-cols-2"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(new FormData(event.currentTarget));
          }}
        >
          <Field label="Title" name="title" required autoFocus errors={errors.title} />
          <Field label="Note" name="note" errors={errors.note} />
          <Select label="Figures" value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="live">live: as they are when it is opened</option>
            <option value="snapshot">snapshot: as they are now</option>
          </Select>
          <Select label="Period" name="period">
            <option value="">the days of this view</option>
            {Object.entries(presets).map(([key, { label }]) => (
              <option key={key} value={key}>
                {label}, moving on
              </option>
            ))}
          </Select>
          <Field label="Ends after" name="expires" type="date" hint="Empty: no end" errors={errors.expiresAt} />
          <Field label="Password" name="password" autoComplete="off" hint="Empty: none" errors={errors.password} />
          <Field label="May be embedded in" name="embedIn" placeholder="https://intranet.example.com" hint="Empty: nowhere" errors={errors.embedIn} />
          <fieldset className="grid content-start gap-1.5">
            {flags
              .filter(([name]) => seesNames || name !== "showNames")
              .map(([name, label]) => (
                <label key={name} className="flex items-center gap-2">
                  <input type="checkbox" name={name} disabled={kind === "snapshot" && name.startsWith("allow")} /> {label}
                </label>
              ))}
          </fieldset>
          <div className="grid gap-3 sm:col-span-2">
            <ProblemText problem={problem} />
            <Button type="submit" kind="strong" disabled={isBusy}>
              Make the link
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
