"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { presets } from "@/lib/time";
import { addressesIn } from "../data/addresses";
import { useFormat } from "../data/format";
import { MakerNote, TakeOver } from "../data/take-over";
import { useAction } from "../data/use-action";
import { useWorkspace } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { Notice } from "../ui/notice";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { actionsColumn, Table } from "../ui/table";
import type { SavedView } from "./reports";

interface Schedule {
  id: string;
  name: string;
  viewName: string | null;
  owner: string;
  stopped: string | null;
  part: string | null;
  form: "workbook" | "calls" | "html";
  every: "day" | "week" | "month";
  hour: number;
  tz: string;
  period: keyof typeof presets;
  recipients: string[];
  active: boolean;
  nextAt: string;
  runs: { dueAt: string; state: "waiting" | "sending" | "sent" | "failed"; attempts: number; error: string | null }[];
}

const formWords = { workbook: "finance workbook (XLSX)", calls: "calls (CSV)", html: "report (HTML)" };
const everyWords = { day: "every day", week: "on Mondays", month: "on the first of the month" };
const tones = { sent: "good", failed: "bad", waiting: "warn", sending: "plain" } as const;

/** Saved views sent by e-mail, each with how its latest sendings went. */
export function Schedules({ views }: { views: SavedView[] }) {
  const format = useFormat();
  const schedules = useQuery({ queryKey: ["schedules"], queryFn: () => fetchJson<{ rows: Schedule[]; canMail: boolean }>("/api/v1/schedules") });
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const rows = schedules.data?.rows ?? [];
  return (
    <>
      {schedules.data?.canMail === false && <Notice tone="warn">No mail server is set, so nothing is sent. The setting SMTP_URL names one.</Notice>}
      <Panel
        title="Sent by e-mail"
        note={
          <Button kind="strong" disabled={views.length === 0} onClick={() => setEdited("new")}>
            Add schedule
          </Button>
        }
        query={schedules}
        empty={rows.length === 0 && (views.length === 0 ? "Save a view first; then it can be sent." : "Nothing is sent yet.")}
        minHeight={120}
      >
        <Table
          caption="Schedules"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "name",
              label: "Name",
              className: "max-w-56",
              cell: (schedule) => (
                <span className="flex flex-wrap items-center gap-2">
                  <b className="font-semibold">{schedule.name}</b>
                  {!schedule.active && <Badge>paused</Badge>}
                  {schedule.stopped && <Badge tone="bad">is not sent</Badge>}
                  {schedule.viewName === null && <Badge tone="bad">its view is gone</Badge>}
                  <MakerNote made={schedule} who="An analyst or admin" />
                </span>
              ),
            },
            {
              key: "what",
              label: "What",
              className: "hidden md:table-cell",
              cell: ({ form, period }) => `${formWords[form]}, ${presets[period].label.toLowerCase()}`,
            },
            { key: "when", label: "When", cell: ({ every, hour, tz }) => `${everyWords[every]} at ${String(hour).padStart(2, "0")}:00 ${tz}` },
            { key: "to", label: "To", className: "hidden max-w-48 truncate lg:table-cell", cell: ({ recipients }) => recipients.join(", ") },
            {
              key: "next",
              label: "Next",
              className: "hidden md:table-cell",
              cell: ({ nextAt, active, stopped }) => (active && !stopped ? format.moment(nextAt) : "–"),
            },
            {
              key: "runs",
              label: "Latest",
              cell: ({ runs }) => (
                <span className="flex flex-wrap gap-1">
                  {runs.length === 0 && <span className="text-faint">none yet</span>}
                  {runs.slice(0, 3).map(({ dueAt, state, error, attempts }) => (
                    <span key={dueAt} title={[format.moment(dueAt), attempts > 1 ? `${attempts} tries` : "", error ?? ""].filter(Boolean).join(" · ")}>
                      <Badge tone={tones[state]}>{`${format.moment(dueAt).split(",")[0]} ${state}`}</Badge>
                    </span>
                  ))}
                  {runs[0]?.error && <span className="block w-full text-xs text-bad">{runs[0].error}</span>}
                </span>
              ),
            },
            {
              ...actionsColumn,
              cell: (schedule) => (
                <span className="inline-flex flex-wrap justify-end gap-1">
                  {(schedule.stopped ?? schedule.part) && (
                    <TakeOver path={`/api/v1/schedules/${schedule.id}`} name={schedule.name} onDone={() => schedules.refetch()} />
                  )}
                  <Button aria-label={`Change ${schedule.name}`} onClick={() => setEdited(schedule)}>
                    Change
                  </Button>
                </span>
              ),
            },
          ]}
        />
      </Panel>
      {edited && (
        <ScheduleDialog
          schedule={edited === "new" ? null : edited}
          views={views}
          onClose={() => setEdited(null)}
          onSaved={async () => {
            await schedules.refetch();
            setEdited(null);
          }}
        />
      )}
    </>
  );
}

function ScheduleDialog({
  schedule,
  views,
  onClose,
  onSaved,
}: {
  schedule: Schedule | null;
  views: SavedView[];
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const { person, timeZone } = useWorkspace();
  const { isBusy, problem, errors, run } = useAction();
  const [tested, setTested] = useState(false);
  const submit = (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "");
    const body = {
      name: text("name"),
      ...(text("view") ? { view: text("view") } : {}),
      form: text("form"),
      every: text("every"),
      hour: Number(text("hour")),
      tz: text("tz"),
      period: text("period"),
      recipients: addressesIn(text("recipients")),
      active: form.get("active") !== null,
    };
    return run(async () => {
      await fetchJson(schedule ? `/api/v1/schedules/${schedule.id}` : "/api/v1/schedules", { method: schedule ? "PUT" : "POST", body });
      await onSaved();
    });
  };
  return (
    <Dialog onClose={onClose} title={schedule ? "Change the schedule" : "Send a saved view by e-mail"} wide>
      <form
        className="grid gap-3 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <Field label="Name" name="name" required defaultValue={schedule?.name} hint="The subject of the mail" errors={errors.name} />
        <Select label="Saved view, as it is now" name="view">
          {schedule?.viewName && <option value="">{`“${schedule.viewName}”, as it was when it was chosen`}</option>}
          {views.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select label="As" name="form" defaultValue={schedule?.form}>
          {Object.entries(formWords).map(([key, word]) => (
            <option key={key} value={key}>
              {word}
            </option>
          ))}
        </Select>
        <Select label="Period, on the day of sending" name="period" defaultValue={schedule?.period ?? "last-month"}>
          {Object.entries(presets).map(([key, { label }]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </Select>
        <Select label="How often" name="every" defaultValue={schedule?.every ?? "month"}>
          {Object.entries(everyWords).map(([key, word]) => (
            <option key={key} value={key}>
              {word}
            </option>
          ))}
        </Select>
        <Field label="Hour" name="hour" type="number" min={0} max={23} required defaultValue={schedule?.hour ?? 6} errors={errors.hour} />
        <Field label="Time zone" name="tz" required defaultValue={schedule?.tz ?? timeZone} errors={errors.tz} />
        <Field
          label="To"
          name="recipients"
          required
          defaultValue={schedule?.recipients.join(", ")}
          hint="Addresses, separated by commas"
          errors={errors.recipients}
        />
        <label className="flex items-center gap-2 sm:col-span-2">
          <input type="checkbox" name="active" defaultChecked={schedule?.active ?? true} /> Active
        </label>
        <div className="grid gap-3 sm:col-span-2">
          <ProblemText problem={problem} />
          {tested && <Notice>Sent to {person.email}.</Notice>}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" kind="strong" disabled={isBusy}>
              Save
            </Button>
            {schedule && (
              <>
                <Button
                  disabled={isBusy}
                  onClick={() =>
                    void run(async () => {
                      await fetchJson(`/api/v1/schedules/${schedule.id}/test`, { method: "POST", body: { to: person.email } });
                      setTested(true);
                    })
                  }
                >
                  Send to me now
                </Button>
                <Button
                  kind="danger"
                  disabled={isBusy}
                  onClick={() =>
                    void run(async () => {
                      await fetchJson(`/api/v1/schedules/${schedule.id}`, { method: "DELETE" });
                      await onSaved();
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
