"use client";

import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { type RuleName, rules } from "@/lib/billing/rules";
import { fetchJson } from "@/lib/http/client";
import { own } from "@/lib/names";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { CallLink, ConferenceLink } from "../data/links";
import { emptyWords } from "../data/loaded";
import { useAction } from "../data/use-action";
import { type MetricsMeta, useAsk } from "../data/use-metrics";
import { useMayLoad } from "../data/workspace";
import { useView } from "../filters/use-view";
import { viewParams } from "../filters/view";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field, Select } from "../ui/field";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { pick, Table } from "../ui/table";
import { Choice } from "../usage/choice";

type State = "open" | "accepted" | "disputed";

interface Finding {
  key: string;
  rule: RuleName;
  account: string;
  callId: string;
  callLogId: string | null;
  conference: string | null;
  userName: string | null;
  person: string | null;
  loggedAt: string;
  minutes: number;
  amount: string | null;
  evidence: string;
  state: State;
  note: string;
  decidedBy: string | null;
}

interface AuditAnswer {
  rows: Finding[];
  nextCursor: number | null;
  summary: { rule: RuleName; findings: number; minutes: number; amount: string | null; accepted: number; disputed: number }[];
  meta: MetricsMeta;
}

const tones = { open: "plain", accepted: "good", disputed: "bad" } as const;
const ruleOf = (name: RuleName): { label: string; about: string; information?: true } => rules[name];

/** Every call checked: what was found, with minutes and money at stake, and what people decided about it. */
export function Audit() {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const mayDecide = useMayLoad();
  const rule = search.get("rule") ?? "";
  const state = search.get("state") ?? "";
  const [page, setPage] = useState(0);
  const [decided, setDecided] = useState<Finding | null>(null);
  const narrowed = { ...(rule ? { rule } : {}), ...(state ? { state } : {}) };
  const answer = useAsk<AuditAnswer>("/api/v1/audit", { ...narrowed, limit: "100", cursor: String(page * 100) });
  const { data } = answer;
  const found = data?.summary.filter(({ findings }) => findings > 0) ?? [];
  const money = (amount: string | null) => (amount === null ? "–" : format.money(amount));
  const narrow = (changes: Record<string, string | null>) => {
    setPage(0);
    change(changes);
  };
  return (
    <>
      <Completeness meta={data?.meta} />
      <Panel
        title="What was found"
        query={answer}
        empty={emptyWords(data?.meta, found.length === 0 && "Every loaded call of this period is billed as its times say.")}
        minHeight={160}
      >
        <Table
          caption="Findings by rule"
          rows={found}
          rowKey={({ rule: name }) => name}
          onRow={({ rule: name }) => narrow({ rule: name })}
          columns={[
            {
              key: "rule",
              label: "Rule",
              className: "max-w-72",
              cell: ({ rule: name }) => (
                <button type="button" className={pick} title={ruleOf(name).about} onClick={() => narrow({ rule: name })}>
                  {ruleOf(name).label}
                </button>
              ),
            },
            { key: "kind", label: "", className: "hidden md:table-cell", cell: ({ rule: name }) => ruleOf(name).information && <Badge>information</Badge> },
            { key: "findings", label: "Findings", numeric: true, cell: ({ findings }) => format.whole(findings) },
            { key: "minutes", label: "Minutes at stake", numeric: true, cell: ({ minutes }) => format.figure(minutes, "minutes") },
            { key: "amount", label: "Money at stake", numeric: true, cell: ({ amount }) => money(amount) },
            { key: "disputed", label: "Disputed", numeric: true, className: "hidden sm:table-cell", cell: ({ disputed }) => format.whole(disputed) },
            { key: "accepted", label: "Accepted", numeric: true, className: "hidden sm:table-cell", cell: ({ accepted }) => format.whole(accepted) },
          ]}
        />
      </Panel>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Choice
          label="Rule"
          name="rule"
          value={rule}
          options={[["", "all"], ...Object.entries(rules).map(([name, { label }]): [string, string] => [name, label])]}
          onPick={(name) => narrow({ rule: name || null })}
        />
        <Choice
          label="State"
          name="state"
          value={state}
          options={[
            ["", "all"],
            ["open", "open"],
            ["accepted", "accepted"],
            ["disputed", "disputed"],
          ]}
          onPick={(name) => narrow({ state: name || null })}
        />
        <a
          className="inline-flex h-8 items-center rounded-md border border-line bg-surface px-3 font-medium hover:bg-sunken"
          href={`/api/v1/export/audit.csv?${new URLSearchParams(narrowed)}&${viewParams(view)}`}
          download
        >
          {state === "disputed" ? "Evidence for the vendor, CSV" : "These findings, CSV"}
        </a>
      </div>
      <Panel
        title="Findings"
        note={rule ? own<{ about: string }>(rules, rule)?.about : "those with the most minutes at stake first"}
        query={answer}
        empty={emptyWords(data?.meta, data?.rows.length === 0 && "No findings here.")}
        minHeight={200}
      >
        <Table
          caption="Findings"
          rows={data?.rows ?? []}
          rowKey={({ key }) => key}
          columns={[
            { key: "rule", label: "Rule", className: "max-w-48", cell: ({ rule: name }) => ruleOf(name).label },
            {
              key: "call",
              label: "Call",
              className: "max-w-44",
              cell: (finding) => (
                <CallLink id={finding.callId} account={finding.account}>
                  {finding.userName ?? finding.person ?? finding.callId}
                </CallLink>
              ),
            },
            {
              key: "conference",
              label: "Conference",
              className: "hidden max-w-40 lg:table-cell",
              cell: ({ conference }) => <ConferenceLink id={conference} />,
            },
            { key: "logged", label: `Logged (${view.tz})`, numeric: true, className: "hidden md:table-cell", cell: ({ loggedAt }) => format.moment(loggedAt) },
            { key: "evidence", label: "Evidence", className: "max-w-72", cell: ({ evidence }) => evidence },
            { key: "minutes", label: "Minutes", numeric: true, cell: ({ minutes }) => format.figure(minutes, "minutes") },
            { key: "amount", label: "Money", numeric: true, cell: ({ amount }) => money(amount) },
            {
              key: "state",
              label: "State",
              cell: (finding) =>
                ruleOf(finding.rule).information ? (
                  <Badge>information</Badge>
                ) : mayDecide ? (
                  <Button aria-label={`Decide about ${finding.evidence}`} title={finding.note || undefined} onClick={() => setDecided(finding)}>
                    {finding.state}
                  </Button>
                ) : (
                  <Badge tone={tones[finding.state]}>{finding.state}</Badge>
                ),
            },
          ]}
        />
        {(page > 0 || data?.nextCursor !== null) && (
          <div className="mt-3 flex gap-2">
            <Button disabled={page === 0} onClick={() => setPage(page - 1)}>
              Previous
            </Button>
            <Button disabled={data?.nextCursor === null} onClick={() => setPage(page + 1)}>
              Next
            </Button>
          </div>
        )}
      </Panel>
      <Basis meta={data?.meta} />
      {decided && <DecideDialog finding={decided} onClose={() => setDecided(null)} onSaved={() => answer.refetch()} />}
    </>
  );
}

function DecideDialog({ finding, onClose, onSaved }: { finding: Finding; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const { isBusy, problem, errors, run } = useAction();
  return (
    <Dialog onClose={onClose} title={ruleOf(finding.rule).label} description={`${finding.evidence}. ${ruleOf(finding.rule).about}`}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const body = Object.fromEntries(new FormData(event.currentTarget));
          void run(async () => {
            await fetchJson(`/api/v1/audit/${encodeURIComponent(finding.key)}`, { method: "PUT", body });
            await onSaved();
            onClose();
          });
        }}
      >
        <Select label="State" name="state" defaultValue={finding.state}>
          <option value="open">open</option>
          <option value="accepted">accepted: it is right, or not worth a dispute</option>
          <option value="disputed">disputed: the vendor is to correct it</option>
        </Select>
        <Field label="Note" name="note" defaultValue={finding.note} hint="A ticket number, or the reason" errors={errors.note} />
        {finding.decidedBy && <p className="text-xs text-faint">Decided by {finding.decidedBy}</p>}
        <ProblemText problem={problem} />
        <Button type="submit" kind="strong" disabled={isBusy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
