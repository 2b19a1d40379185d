"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { callFields } from "@/lib/metrics/call-fields";
import { own } from "@/lib/names";
import { supportText } from "../conference/support-text";
import { nameOf } from "../data/calls";
import { useFormat } from "../data/format";
import { grouped } from "../data/grouped";
import { CallLink, ConferenceLink, PersonLink, RoomLink } from "../data/links";
import { useView } from "../filters/use-view";
import { ZonePicker } from "../filters/zone-picker";
import { CopyButton } from "../ui/copy-button";
import { Notice } from "../ui/notice";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { BillingBadge, QualityBadge } from "./billing-badge";
import { type CallAnswer, useCall } from "./call-panel";
import { tellField } from "./calls-table";
import { Streams } from "./streams";

/** One call in full: every field in words with its unit, its streams, and the record as it came. */
export function Call({ id }: { id: string }) {
  const account = useSearchParams().get("of");
  const answer = useCall(id, account);
  const { hrefWith } = useView();
  const above = { href: hrefWith("/calls"), label: "Calls" };
  if (!answer.data) {
    return (
      <>
        <PageHead title="Call" above={above} />
        <Panel title={`Call ${id}`} query={answer} minHeight={320} />
      </>
    );
  }
  return <Loaded answer={answer.data} above={above} />;
}

const groups = [...grouped(Object.entries(callFields), ([, { group }]) => group)];

function Loaded({ answer: { call, raw, rawProblem, withdrawnAt, previous, next }, above }: { answer: CallAnswer; above: { href: string; label: string } }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const step = "inline-flex h-8 items-center gap-1 rounded-md border border-line bg-surface px-3 font-medium hover:bg-sunken";
  return (
    <>
      <PageHead title={nameOf(call)} above={above} beside={<QualityBadge quality={call.quality} />}>
        {previous && (
          <CallLink id={previous} account={call.account} className={step}>
            <ChevronLeft size={14} aria-hidden /> Previous call
          </CallLink>
        )}
        {next && (
          <CallLink id={next} account={call.account} className={step}>
            Next call <ChevronRight size={14} aria-hidden />
          </CallLink>
        )}
        <CopyButton text={supportText(call.conf_num ?? "none", [call])}>Copy for support</CopyButton>
      </PageHead>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 border-line border-b pb-2">
        <span>
          Conference <ConferenceLink id={call.conf_num} />
        </span>
        <span>
          Room <RoomLink id={call.room_id} name={(call.room_name as string | null) ?? undefined} />
        </span>
        <span>
          Person <PersonLink id={call.person} name={call.user_name} />
        </span>
        <span className="ml-auto">
          <ZonePicker />
        </span>
      </div>
      {withdrawnAt && (
        <Notice tone="warn">
          The CDR API does not deliver this call any more, since {format.moment(withdrawnAt)}. It is kept; whether it counts is a setting of its account.
        </Notice>
      )}
      <div className="grid items-start gap-3 xl:grid-cols-2">
        <div className="grid gap-3">
          {groups.map(([group, fields]) => (
            <Panel key={group} title={group} note={group === "Time and billing" ? <BillingBadge call={call} /> : undefined}>
              <dl className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)] gap-x-4 gap-y-1">
                {fields.map(([name, { label }]) => (
                  <div key={name} className="contents">
                    <dt className="text-faint">{label}</dt>
                    <dd className="tabular break-words">{tellField(name, own(call, name) ?? null, format)}</dd>
                  </div>
                ))}
              </dl>
            </Panel>
          ))}
        </div>
        <div className="grid gap-3">
          <Panel title="Streams">
            <Streams raw={raw} problem={rawProblem} />
          </Panel>
          <Panel title="Raw record" empty={rawProblem ?? undefined} note={!rawProblem && <CopyButton text={JSON.stringify(raw, null, 2)}>Copy</CopyButton>}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
            <pre tabIndex={0} data-testid="raw" className="max-h-[720px] overflow-auto rounded-lg bg-sunken p-3 text-xs">
              {JSON.stringify(raw, null, 2)}
            </pre>
          </Panel>
        </div>
      </div>
    </>
  );
}
