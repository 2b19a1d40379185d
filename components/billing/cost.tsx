"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { fetchJson } from "@/lib/http/client";
import { dimensionOf, type FilterName } from "@/lib/metrics/dimensions";
import { bucketStates } from "@/lib/metrics/known";
import { nameOf } from "@/lib/names";
import { bucketsOf } from "@/lib/time";
import { ChartTable } from "../charts/chart-table";
import { Legend } from "../charts/legend";
import { TimeChart } from "../charts/time-chart";
import { Basis, Completeness } from "../data/completeness";
import { useFormat } from "../data/format";
import { MetricsPanel } from "../data/metrics-panel";
import { bucketFor, periodOf } from "../data/over-time";
import { seriesFor } from "../data/series-for";
import { type MetricsRow, useMetrics } from "../data/use-metrics";
import { useMayLoad } from "../data/workspace";
import { useView } from "../filters/use-view";
import { type MetricsSpec, valuesOf } from "../filters/view";
import { Button } from "../ui/button";
import { Figure } from "../ui/figure";
import { Notice } from "../ui/notice";
import { pick, Table } from "../ui/table";
import { Choice } from "../usage/choice";
import { BudgetDialog } from "./budget-dialog";

const splits = ["room", "tag", "app", "role", "partner"] as const satisfies readonly FilterName[];

interface ForecastAnswer {
  month: string;
  soFar: number;
  through: string | null;
  daysLeft: number;
  forecast: { expected: number; low: number; high: number } | null;
  past: { month: string; expected: number; actual: number }[];
  budgets: { scope: "all" | "account" | "tag"; name: string; amount: string }[];
  missingDays: string[];
}

/** Cost over the period by room, tag, app or role, the month against its budget, and what it will come to. */
export function Cost() {
  const search = useSearchParams();
  const { view, change } = useView();
  const format = useFormat(view.tz);
  const asked = search.get("split") as FilterName;
  const split: FilterName = (splits as readonly FilterName[]).includes(asked) ? asked : "room";
  const by = bucketFor(view.from, view.to);
  const overSpec: MetricsSpec = { measures: ["cost"], by: [by, split] };
  const tableSpec: MetricsSpec = { measures: ["cost", "billed_minutes", "calls", "calls_without_rate"], by: [split], order: "-billed_minutes", limit: 100 };
  const over = useMetrics(overSpec);
  const table = useMetrics(tableSpec);
  const rows = table.data?.rows ?? [];
  const totals = table.data?.totals;
  const groups = table.data?.meta.groups ?? 0;
  const names = table.data?.meta.names ?? {};
  const buckets = bucketsOf(view, by);
  const { series, points } = seriesFor(over.data?.rows ?? [], {
    states: bucketStates(over.data?.meta, buckets, by),
    buckets,
    time: by,
    split,
    measure: "cost",
    label: "Cost",
    names,
    canAdd: true,
  });
  const money = (value: number) => format.figure(value, "money");
  const value = (row: MetricsRow) => (row[split] === null ? "" : String(row[split]));
  const withoutRate = Number(totals?.calls_without_rate ?? 0);
  return (
    <>
      <Completeness meta={table.data?.meta} />
      {withoutRate > 0 && (
        <Notice tone="warn" action={<Button onClick={() => change({ tab: "rates" })}>Rate cards</Button>}>
          {totals?.cost === null
            ? "No rate card fits any call of this period, so there is no cost to show."
            : `${format.whole(withoutRate)} billed calls fit no rate card. Their cost is missing from every figure here.`}
        </Notice>
      )}
      <Month />
      <Choice
        label="By"
        name="split"
        value={split}
        options={splits.map((name) => [name, dimensionOf(name).label.toLowerCase()])}
        onPick={(name) => change({ split: name === "room" ? null : name })}
      />
      <MetricsPanel
        spec={overSpec}
        title={`Cost by ${by}`}
        legend={<Legend series={series} points={points} />}
        note={totals && !table.data?.meta.notLoaded && <span className="tabular">{format.figure(totals.cost, "money")} in all, before tax</span>}
        query={over}
        empty={(totals?.cost === null || over.data?.rows.length === 0) && "No cost in this period: no calls, or no rate card that fits them."}
        minHeight={240}
        table={<ChartTable caption={`Cost by ${by}`} points={points} series={series} formatX={format.bucket} formatY={money} />}
      >
        <TimeChart
          points={points}
          series={series}
          form="bars"
          height={240}
          label={`Cost by ${by}`}
          formatX={format.bucket}
          formatLongX={(x) => (by === "day" ? `${format.longDay(x)} (${view.tz})` : format.bucket(x))}
          formatY={money}
          {...format.axis("money")}
          total="Total"
          onPick={(from, to) => change(periodOf(from, to, by, view.to))}
        />
      </MetricsPanel>
      <MetricsPanel
        spec={tableSpec}
        picture={false}
        title={`Cost by ${dimensionOf(split).label.toLowerCase()}`}
        note={groups > rows.length ? `the first ${rows.length} of ${format.whole(groups)}` : undefined}
        query={table}
        empty={rows.length === 0 && "No calls in this period."}
        minHeight={200}
      >
        <div className="max-h-[480px] overflow-y-auto">
          <Table
            caption={`Cost by ${dimensionOf(split).label.toLowerCase()}`}
            rows={rows}
            rowKey={value}
            onRow={(row) => change({ [split]: value(row) })}
            columns={[
              {
                key: "name",
                label: dimensionOf(split).label,
                className: "max-w-56",
                cell: (row) => (
                  <button type="button" className={pick} onClick={() => change({ [split]: value(row) })}>
                    {(nameOf(names, value(row)) ?? value(row)) || "none"}
                  </button>
                ),
              },
              { key: "cost", label: "Cost", numeric: true, cell: (row) => format.figure(row.cost, "money") },
              { key: "minutes", label: "Minutes", numeric: true, cell: (row) => format.figure(row.billed_minutes, "minutes") },
              { key: "calls", label: "Calls", numeric: true, className: "hidden sm:table-cell", cell: (row) => format.figure(row.calls, "count") },
              {
                key: "loose",
                label: "Without a rate",
                numeric: true,
                className: "hidden sm:table-cell",
                cell: (row) => format.figure(row.calls_without_rate, "count"),
              },
            ]}
          />
        </div>
      </MetricsPanel>
      <Basis meta={table.data?.meta} />
    </>
  );
}

/** The running month: what it comes to so far, what it will come to, and its budgets. */
function Month() {
  const { view } = useView();
  const format = useFormat(view.tz);
  const mayPlan = useMayLoad();
  const [isPlanning, setPlanning] = useState(false);
  const accounts = new URLSearchParams(view.account.map((account) => ["account", account]));
  const tags = new URLSearchParams((view.filters.tag ?? []).map((tag) => ["tag", tag]));
  const answer = useQuery({
    queryKey: ["forecast", accounts.toString(), tags.toString()],
    queryFn: () => fetchJson<ForecastAnswer>(`/api/v1/billing/forecast?${accounts}&${tags}`),
  });
  const money = (value: number) => format.figure(value, "money");
  if (answer.error) return <Notice tone="bad">{answer.error.message}</Notice>;
  if (!answer.data) return <div className="h-[92px] animate-pulse rounded-xl bg-sunken" />;
  const { month, soFar, through, daysLeft, forecast, past, budgets, missingDays } = answer.data;
  const [tag, ...otherTags] = valuesOf(view, "tag");
  const wanted =
    tag !== undefined && otherTags.length === 0
      ? { scope: "tag", name: tag }
      : view.account.length === 1
        ? { scope: "account", name: view.account[0] }
        : { scope: "all", name: "" };
  const budget = budgets.find(({ scope, name }) => scope === wanted.scope && name === wanted.name);
  // Days before the last known one that nobody fetched: what is told is the least that it can be.
  const gaps = missingDays.filter((day) => through !== null && day < through).length;
  const atLeast = gaps > 0 ? "at least " : "";
  const error = past.length > 0 ? past.reduce((sum, one) => sum + Math.abs(one.expected - one.actual) / Math.max(one.actual, 1e-9), 0) / past.length : null;
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      <Figure
        label={`${format.bucket(month)} so far (UTC)`}
        value={through ? `${atLeast}${money(soFar)}` : "not loaded"}
        note={
          through ? `through ${format.day(through)}${gaps > 0 ? `, ${gaps === 1 ? "1 day" : `${gaps} days`} not loaded` : ""}` : "no day of it is loaded yet"
        }
      />
      <Figure
        label="Expected at its end"
        value={forecast ? money(forecast.expected) : "too few days to tell"}
        note={
          forecast
            ? `${money(forecast.low)} – ${money(forecast.high)} in 8 of 10 cases, ${daysLeft} ${daysLeft === 1 ? "day" : "days"} not known yet`
            : "two loaded weeks are needed"
        }
      />
      <Figure
        label="Forecasts of earlier months"
        value={error === null ? "none to compare" : `${format.percent(error)} off on average`}
        note={past.map((one) => `${format.bucket(one.month)}: ${money(one.expected)} for ${money(one.actual)}`).join(" · ") || "whole months are needed"}
      />
      <Figure
        label={`Budget${wanted.scope === "all" ? "" : ` of ${wanted.name}`}`}
        value={budget ? money(Number(budget.amount)) : "none set"}
        note={
          <>
            {budget &&
              `${through ? `${atLeast}${format.percent(soFar / Number(budget.amount), 0)} used` : "what is used is not known"}${forecast ? `, ${format.percent(forecast.expected / Number(budget.amount), 0)} expected` : ""} `}
            {mayPlan && (
              <button type="button" className="underline hover:text-ink" onClick={() => setPlanning(true)}>
                {budget ? "change" : "set one"}
              </button>
            )}
          </>
        }
      />
      {isPlanning && <BudgetDialog budgets={budgets} onClose={() => setPlanning(false)} onSaved={() => answer.refetch()} />}
    </div>
  );
}
