"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { useFormat } from "../data/format";
import { MakerNote, TakeOver } from "../data/take-over";
import { useMayLoad } from "../data/workspace";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { actionsColumn, Table } from "../ui/table";
import { type Alert, watched } from "./alert";
import { AlertDialog } from "./alert-dialog";

const tones = { sent: "good", failed: "bad", waiting: "warn", sending: "plain" } as const;

/** Figures that somebody wants to be told of when they pass a mark, and when they did. */
export function AlertsPage() {
  const format = useFormat();
  const mayWatch = useMayLoad();
  const alerts = useQuery({
    queryKey: ["alerts"],
    queryFn: () => fetchJson<{ rows: Alert[]; canMail: boolean }>("/api/v1/alerts"),
    enabled: mayWatch,
    refetchInterval: 60_000,
  });
  const [edited, setEdited] = useState<Alert | "new" | null>(null);
  const rows = alerts.data?.rows ?? [];
  const history = rows
    .flatMap((alert) => alert.breaches.map((breach) => ({ ...breach, alert })))
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, 50);
  const tell = (alert: Alert, value: number) => format.figure(value, watched[alert.measure].unit);
  if (!mayWatch) {
    return (
      <>
        <PageHead title="Alerts" />
        <Notice>Alerts are for analysts and admins who see every account and room.</Notice>
      </>
    );
  }
  return (
    <>
      <PageHead title="Alerts" />
      {alerts.data?.canMail === false && <Notice tone="warn">No mail server is set, so alerts go out by webhook only. The setting SMTP_URL names one.</Notice>}
      <Panel
        title="Alerts"
        note={
          <Button kind="strong" onClick={() => setEdited("new")}>
            Add alert
          </Button>
        }
        query={alerts}
        empty={rows.length === 0 && "Nothing is watched yet. An alert tells when a figure passes a mark, and again when it is back."}
        minHeight={120}
      >
        <Table
          caption="Alerts"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "name",
              label: "Name",
              className: "max-w-56",
              cell: (alert) => (
                <span className="flex flex-wrap items-center gap-2">
                  <b className="font-semibold">{alert.name}</b>
                  {!alert.active && <Badge>paused</Badge>}
                  {alert.stopped && <Badge tone="bad">does not run</Badge>}
                  {alert.breaches.some(({ resolvedAt }) => resolvedAt === null) && <Badge tone="bad">breached</Badge>}
                  <MakerNote made={alert} who="An analyst or admin" />
                  {!alert.stopped && alert.error && <span className="block w-full text-xs text-bad">{alert.error}</span>}
                </span>
              ),
            },
            {
              key: "rule",
              label: "When",
              cell: (alert) =>
                `${watched[alert.measure].label} ${alert.way} ${tell(alert, alert.mark)}${alert.measure === "budget" ? "" : alert.days === 1 ? ", today" : `, over ${alert.days} days`}`,
            },
            {
              key: "now",
              label: "Last read",
              className: "hidden md:table-cell",
              cell: (alert) =>
                alert.checkedAt === null ? (
                  <span className="text-faint">not yet</span>
                ) : (
                  `${alert.value === null ? (alert.error ? "could not judge" : "nothing to tell") : tell(alert, alert.value)}, ${format.moment(alert.checkedAt)}`
                ),
            },
            {
              key: "to",
              label: "Told to",
              className: "hidden max-w-48 truncate lg:table-cell",
              cell: ({ recipients, webhookUrl }) => [...recipients, ...(webhookUrl ? [new URL(webhookUrl).host] : [])].join(", "),
            },
            {
              ...actionsColumn,
              cell: (alert) => (
                <span className="inline-flex flex-wrap justify-end gap-1">
                  {(alert.stopped ?? alert.part) && <TakeOver path={`/api/v1/alerts/${alert.id}`} name={alert.name} onDone={() => alerts.refetch()} />}
                  <Button aria-label={`Change ${alert.name}`} onClick={() => setEdited(alert)}>
                    Change
                  </Button>
                </span>
              ),
            },
          ]}
        />
      </Panel>
      <Panel title="History" query={alerts} empty={history.length === 0 && "No alert has fired yet."} minHeight={80}>
        <Table
          caption="Breaches"
          rows={history}
          rowKey={({ id }) => id}
          columns={[
            { key: "at", label: "Since", cell: ({ at }) => format.moment(at) },
            { key: "alert", label: "Alert", className: "max-w-56 truncate", cell: ({ alert }) => alert.name },
            { key: "value", label: "Read", numeric: true, cell: ({ alert, value }) => tell(alert, value) },
            {
              key: "end",
              label: "Resolved",
              cell: ({ resolvedAt }) => (resolvedAt ? format.moment(resolvedAt) : <Badge tone="bad">not yet</Badge>),
            },
            {
              key: "told",
              label: "Told",
              className: "hidden sm:table-cell",
              cell: ({ messages }) => (
                <span className="flex flex-wrap gap-1">
                  {messages.map(({ kind, by, state, error }) => (
                    <span key={`${kind} ${by}`} title={error ?? ""}>
                      <Badge tone={tones[state]}>{`${kind === "resolved" ? "end" : "start"} by ${by}: ${state}`}</Badge>
                    </span>
                  ))}
                </span>
              ),
            },
          ]}
        />
      </Panel>
      {edited && <AlertDialog alert={edited === "new" ? null : edited} onClose={() => setEdited(null)} onSaved={() => alerts.refetch()} />}
    </>
  );
}
