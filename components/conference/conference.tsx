"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { checkBilling } from "@/lib/billing/check";
import { exactSum } from "@/lib/exact";
import { fetchJson } from "@/lib/http/client";
import { BillingBadge, QualityBadge } from "../calls/billing-badge";
import { CallPanel } from "../calls/call-panel";
import { Legend } from "../charts/legend";
import { type CallRow, clientOf, nameOf } from "../data/calls";
import { useFormat } from "../data/format";
import { CallLink, RoomLink } from "../data/links";
import { useAction } from "../data/use-action";
import { useMayLoad } from "../data/workspace";
import { useView } from "../filters/use-view";
import { ZonePicker } from "../filters/zone-picker";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Figure } from "../ui/figure";
import { Notice } from "../ui/notice";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { ProblemText } from "../ui/problem-text";
import { pick, Table } from "../ui/table";
import { supportText } from "./support-text";
import { type Timeline, timelineOf } from "./timeline";
import { idOf, qualityLegend, TimelineChart } from "./timeline-chart";

interface ConferenceAnswer {
  conference: string;
  rows: CallRow[];
  missingDays: string[];
}

/** One conference: who was connected when, every call with its billing check, the streams of one, and what support asks for. */
export function Conference({ id }: { id: string }) {
  const path = `/api/v1/conferences/${encodeURIComponent(id)}`;
  const answer = useQuery({ queryKey: ["conference", id], queryFn: () => fetchJson<ConferenceAnswer>(path) });
  const { hrefWith } = useView();
  const above = { href: hrefWith("/conferences"), label: "Conferences" };
  if (!answer.data) {
    return (
      <>
        <PageHead title={`Conference ${id}`} above={above} />
        <Panel title="Who was connected, when" query={answer} minHeight={320} />
      </>
    );
  }
  return <Loaded answer={answer.data} refetch={() => answer.refetch()} above={above} path={path} />;
}

function Loaded({
  answer,
  refetch,
  above,
  path,
}: {
  answer: ConferenceAnswer;
  refetch: () => Promise<unknown>;
  above: { href: string; label: string };
  path: string;
}) {
  const { conference, rows, missingDays } = answer;
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const mayLoad = useMayLoad();
  const fetching = useAction();
  const asked = useSearchParams().get("call");
  const timeline = useMemo(() => timelineOf(rows), [rows]);
  const selected = rows.find((call) => idOf({ call }) === asked) ?? rows.find(({ quality }) => quality === "Bad") ?? (rows[0] as CallRow);
  const select = (call: CallRow) => change({ call: idOf({ call }) });
  const ofPerson = selected.person === null ? [selected] : rows.filter(({ person }) => person === selected.person);
  const place = ofPerson.length > 1 ? `call ${ofPerson.indexOf(selected) + 1} of ${ofPerson.length}` : "one call";
  const rated = rows.filter(({ quality }) => quality !== null);
  const bad = rated.filter(({ quality }) => quality === "Bad").length;
  const room = rows.find((call) => call.room_id !== null);
  const refresh = () =>
    fetching.run(async () => {
      await fetchJson(path, { method: "POST" });
      await refetch();
    });
  return (
    <>
      <PageHead
        title={`Conference ${conference}`}
        above={above}
        beside={rated.length > 0 && <Badge tone={bad / rated.length >= 0.08 ? "bad" : "plain"}>{`${format.percent(bad / rated.length, 0)} bad`}</Badge>}
      >
        <CopyButton text={supportText(conference, rows)}>Copy for support</CopyButton>
        {mayLoad && (
          <Button onClick={() => void refresh()} disabled={fetching.isBusy}>
            {fetching.isBusy ? "Fetching" : "Fetch again"}
          </Button>
        )}
      </PageHead>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b pb-2">
        <span className="text-soft">
          Room <RoomLink id={room?.room_id ?? null} name={(room?.room_name as string | null) ?? undefined} />
        </span>
        <ZonePicker />
      </div>
      <ProblemText problem={fetching.problem} />
      {missingDays.length > 0 && (
        <Notice tone="warn">
          {missingDays.length === 1 ? `${format.longDay(missingDays[0] as string)} (UTC) is` : `${missingDays.length} of its days (UTC) are`} not loaded. The
          calls shown were fetched by themselves; “Fetch again” asks the CDR API for all of this conference.
        </Notice>
      )}
      <Figures rows={rows} timeline={timeline} />
      <Panel
        title="Who was connected, when"
        legend={<Legend series={qualityLegend} />}
        empty={timeline.lines.length === 0 && "No call of this conference has a connect time."}
      >
        <TimelineChart timeline={timeline} selected={idOf({ call: selected })} onSelect={select} />
        <Notes timeline={timeline} />
      </Panel>
      <div className="grid gap-3 xl:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)]">
        <Panel title="Calls" note={`${rows.length} calls · ${timeline.people} people · ${timeline.rejoins} re-joined`}>
          <div className="max-h-[560px] overflow-y-auto">
            <Table
              caption="Calls of the conference"
              rows={rows}
              rowKey={(call) => idOf({ call })}
              onRow={select}
              columns={[
                {
                  key: "name",
                  label: "Participant",
                  className: "max-w-36",
                  cell: (call) => (
                    <button type="button" aria-pressed={call === selected} className={pick} onClick={() => select(call)}>
                      {call.sip && "SIP "}
                      {nameOf(call)}
                    </button>
                  ),
                },
                {
                  key: "connected",
                  label: `Connected (${view.tz})`,
                  numeric: true,
                  cell: (call) => (call.connect_dt ? format.fullMoment(call.connect_dt).slice(-8) : "unknown"),
                },
                { key: "duration", label: "Duration", numeric: true, cell: (call) => format.figure(call.connect_seconds, "seconds") },
                {
                  key: "billed",
                  label: "Billed",
                  numeric: true,
                  cell: (call) => (
                    <span className="inline-flex items-center gap-1.5">
                      {format.figure(call.billed_minutes, "minutes")}
                      {checkBilling(call).verdict !== "matches" && <BillingBadge call={call} />}
                    </span>
                  ),
                },
                { key: "client", label: "Client", className: "hidden max-w-40 truncate sm:table-cell", cell: clientOf },
                { key: "quality", label: "Quality", cell: (call) => <QualityBadge quality={call.quality} /> },
                {
                  key: "open",
                  label: <span className="sr-only">Open</span>,
                  cell: (call) => (
                    <CallLink id={call.call_id} account={call.account} className="text-faint underline hover:text-ink">
                      open<span className="sr-only"> the call of {nameOf(call)}</span>
                    </CallLink>
                  ),
                },
              ]}
            />
          </div>
        </Panel>
        <CallPanel key={idOf({ call: selected })} call={selected} place={place} />
      </div>
    </>
  );
}

function Figures({ rows, timeline }: { rows: CallRow[]; timeline: Timeline }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const billed = exactSum(rows.map(({ billed_minutes }) => billed_minutes ?? 0));
  const checks = rows.map((call) => checkBilling(call));
  const odd = checks.filter(({ verdict }) => verdict !== "matches" && verdict !== "unchecked");
  const over = exactSum(odd.map(({ difference }) => difference));
  const { peak } = timeline;
  const iso = (ms: number) => new Date(ms).toISOString();
  const time = (ms: number) => format.fullMoment(iso(ms)).slice(-8, -3);
  const hasTimes = timeline.lines.length > 0;
  const sign = over > 0 ? "+" : over < 0 ? "−" : "±";
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Figure label="Started" value={hasTimes ? format.fullMoment(iso(timeline.start)) : "unknown"} note={view.tz} />
      <Figure label="Lasted" value={hasTimes ? format.duration((timeline.end - timeline.start) / 1000) : "unknown"} note="first connect to last disconnect" />
      <Figure label="Billed minutes" value={format.figure(billed, "minutes")} />
      <Figure label="Calls / people" value={`${format.whole(rows.length)} / ${format.whole(timeline.people)}`} note={`${timeline.rejoins} re-joins`} />
      <Figure label="Peak concurrent" value={peak ? format.whole(peak.count) : "unknown"} note={peak && `${time(peak.from)} – ${time(peak.to)}`} />
      <Figure
        label="Billing check"
        value={odd.length === 0 ? "all match" : `${format.whole(odd.length)} to look at`}
        note={odd.length > 0 && `${sign}${format.figure(Math.abs(over), "minutes")} min against connected time`}
      />
    </div>
  );
}

/** What the timeline cannot show as it is. */
function Notes({ timeline }: { timeline: Timeline }) {
  const bars = timeline.lines.flatMap((line) => line.bars);
  const open = bars.filter(({ note }) => note === "no end recorded").length;
  const reversed = bars.filter(({ note }) => note === "ends before it starts").length;
  const notes = [
    open > 0 && `${open} without a recorded end: drawn as long as the connected time`,
    reversed > 0 && `${reversed} that end before they start: drawn at their start`,
    timeline.unplaced.length > 0 && `${timeline.unplaced.length} without a connect time: only in the table below`,
  ].filter(Boolean);
  return notes.length > 0 ? <p className="mt-2 text-xs text-faint">Calls {notes.join("; ")}.</p> : null;
}
