"use client";

import { nameOf } from "@/lib/names";
import { CallsPanel } from "../calls/calls";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor } from "../data/over-time";
import { useMetrics } from "../data/use-metrics";
import { useWorkspace } from "../data/workspace";
import { ReportHead } from "../filters/report-head";
import { useView } from "../filters/use-view";
import { KeyFigures } from "../overview/key-figures";
import { MinutesByDay } from "../overview/minutes-by-day";
import { BadOverTimeChart, BadOverTimeTable, badPoints } from "../quality/bad-over-time";
import { badSpec, matrixSpec } from "../quality/queries";
import { StreamMatrix } from "../quality/stream-matrix";
import { PersonalData } from "./personal-data";

/** One person's calls over time and their quality. The page is inside `FixedFilters`. */
export function Person({ id }: { id: string }) {
  const { view, hrefWith } = useView();
  const { person } = useWorkspace();
  const format = useFormat(view.tz);
  const by = bucketFor(view.from, view.to);
  const named = useMetrics({ measures: ["calls"], by: ["person"], limit: 1 });
  const overSpec = { ...badSpec(view), compare: false };
  const over = useMetrics(overSpec);
  const matrix = useMetrics(matrixSpec);
  const name = nameOf(named.data?.meta.names, id) ?? id;
  const totals = over.data?.totals;
  const points = badPoints(view, by, over.data);
  return (
    <>
      <ReportHead
        title={name}
        above={{ href: hrefWith("/people"), label: "People" }}
        beside={
          <>
            {name !== id && <span className="text-faint">{id}</span>}
            {person.role === "admin" && <PersonalData id={id} />}
          </>
        }
      />
      <KeyFigures />
      <MinutesByDay />
      <div className="grid gap-3 lg:grid-cols-2">
        <MetricsPanel
          spec={overSpec}
          title="Bad calls over time"
          note={
            totals && !over.data?.meta.notLoaded && `${format.figure(totals.bad_calls, "count")} of ${format.figure(totals.rated_calls, "count")} rated calls`
          }
          query={over}
          empty={!Number(totals?.rated_calls) && "No rated calls in this period."}
          minHeight={220}
          table={<BadOverTimeTable points={points} />}
        >
          <BadOverTimeChart points={points} by={by} height={220} />
        </MetricsPanel>
        <MetricsPanel spec={matrixSpec} title="Streams" note="share rated Bad, bit rates, time by grade" query={matrix} minHeight={250}>
          {matrix.data && <StreamMatrix totals={matrix.data.totals} detailed />}
        </MetricsPanel>
      </div>
      <CallsPanel title="Calls of this person" />
    </>
  );
}
