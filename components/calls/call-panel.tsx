"use client";

import { useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/lib/http/client";
import { type CallRow, clientOf, nameOf } from "../data/calls";
import { useFormat } from "../data/format";
import { CallLink } from "../data/links";
import { useView } from "../filters/use-view";
import { Panel } from "../ui/panel";
import { BillingBadge, QualityBadge } from "./billing-badge";
import { Streams } from "./streams";

export interface CallAnswer {
  call: CallRow;
  /** Null where it cannot be read; `rawProblem` says why. */
  raw: unknown;
  rawProblem: string | null;
  /** ISO; since when the CDR API does not deliver it any more. */
  withdrawnAt: string | null;
  previous: string | null;
  next: string | null;
}

export const callPath = (id: string, account: string | null) =>
  `/api/v1/calls/${encodeURIComponent(id)}${account ? `?account=${encodeURIComponent(account)}` : ""}`;

export function useCall(id: string, account: string | null) {
  const path = callPath(id, account);
  return useQuery({ queryKey: ["call", path], queryFn: () => fetchJson<CallAnswer>(path) });
}

/** One call of a conference in short, with its streams. `place` says which of the person's calls it is. */
export function CallPanel({ call, place }: { call: CallRow; place: string }) {
  const { view } = useView();
  const format = useFormat(view.tz);
  const answer = useCall(call.call_id, call.account);
  const time = (iso: string | null) => (iso === null ? "unknown" : format.fullMoment(iso).slice(-8));
  const facts: [string, React.ReactNode][] = [
    ["Log ID", <code key="log">{call.call_log_id ?? "none"}</code>],
    ["Role", call.role ?? "none"],
    ["Client", clientOf(call)],
    ["Address", call.network ?? call.ip ?? "unknown"],
    [
      "Connected",
      `${time(call.connect_dt)} → ${time(call.disconnect_dt)}${call.connect_seconds === null ? "" : ` (${format.duration(call.connect_seconds)})`}`,
    ],
    [
      "Billed",
      <span key="billed" className="flex flex-wrap items-center gap-2">
        <b className="font-semibold">{call.billed_minutes === null ? "–" : `${format.figure(call.billed_minutes, "minutes")} min`}</b>{" "}
        <BillingBadge call={call} />
      </span>,
    ],
    ["Published", String(call.track_combination ?? "none").replaceAll("+", " · ")],
  ];
  return (
    <Panel title={`${nameOf(call)}, ${place}`} note={<QualityBadge quality={call.quality} />} minHeight={260}>
      <dl className="grid grid-cols-[96px_minmax(0,1fr)] gap-y-1.5">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-faint">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className="mt-4 mb-1 font-semibold">Streams</h3>
      {answer.error ? (
        <p className="text-bad">{answer.error.message}</p>
      ) : answer.data ? (
        <Streams raw={answer.data.raw} problem={answer.data.rawProblem} />
      ) : (
        <p className="text-faint">Loading</p>
      )}
      <p className="mt-3">
        <CallLink id={call.call_id} account={call.account} className="font-medium text-accent underline">
          Everything about this call, with the raw record
        </CallLink>
      </p>
    </Panel>
  );
}
