"use client";

import { Basis, Completeness } from "../data/completeness";
import { useMetrics } from "../data/use-metrics";
import { ReportHead } from "../filters/report-head";
import { KeyFigures } from "./key-figures";
import { MinutesByDay } from "./minutes-by-day";
import { QualityPanel } from "./quality-panel";
import { overviewQueries } from "./queries";
import { TopRooms, WorstConferences } from "./top-tables";
import { TracksPanel } from "./tracks-panel";

export function Overview() {
  const summary = useMetrics(overviewQueries.summary);
  return (
    <>
      <ReportHead title="Overview" />
      <Completeness meta={summary.data?.meta} />
      <KeyFigures />
      <MinutesByDay />
      <div className="grid gap-3 lg:grid-cols-2">
        <QualityPanel />
        <TracksPanel />
        <TopRooms />
        <WorstConferences />
      </div>
      <Basis meta={summary.data?.meta} />
    </>
  );
}
