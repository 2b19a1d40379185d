"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { exactSum } from "@/lib/exact";
import { fetchJson } from "@/lib/http/client";
import { localDay } from "@/lib/time";
import { useFormat } from "../data/format";
import type { MetricsMeta } from "../data/use-metrics";
import { useWorkspace } from "../data/workspace";
import { useView } from "../filters/use-view";
import { Field } from "../ui/field";
import { Notice } from "../ui/notice";
import { Panel } from "../ui/panel";
import { Table } from "../ui/table";

interface Line {
  what: string;
  label: string;
  quantity: string | null;
  rate: string | null;
  amount: string;
}

interface InvoiceAnswer {
  month: string;
  currency: string;
  cards: { id: string; version: number; name: string; lines: Line[]; net: string; tax: string; total: string }[];
  net: string;
  tax: string;
  total: string;
  withoutRate: { calls: number; minutes: string };
  withoutBilling: number;
  meta: Pick<MetricsMeta, "complete" | "notLoaded" | "missingDays" | "partialDays" | "comingDays">;
}

const digits = (text: string) => text.replaceAll(/[^\d.-]/g, "");

/** What a month's invoice should say, line by line, and how the one that came differs from it. */
export function ExpectedInvoice() {
  const search = useSearchParams();
  const { view, change } = useView();
  const { now } = useWorkspace();
  const format = useFormat(view.tz);
  const month = search.get("month") ?? localDay("UTC", now).slice(0, 7);
  const accounts = new URLSearchParams(view.account.map((account) => ["account", account]));
  const path = `/api/v1/billing/invoice?month=${month}&${accounts}`;
  const answer = useQuery({ queryKey: ["invoice", path], queryFn: () => fetchJson<InvoiceAnswer>(path) });
  const { data } = answer;
  const missing = data?.meta.missingDays ?? [];
  const coming = data?.meta.comingDays ?? [];
  return (
    <>
      <div className="max-w-56">
        <Field label="Month (UTC)" type="month" value={month} onChange={(event) => event.target.value && change({ month: event.target.value })} />
      </div>
      {missing.length > 0 && (
        <Notice tone="warn">
          <b className="font-semibold">This invoice is not whole.</b> {missing.length} of the month's days (UTC) are not loaded, from{" "}
          {format.longDay(missing[0] as string)}. Its lines are of the loaded days.
        </Notice>
      )}
      {coming.length > 0 && (
        <Notice>
          The month is not over: {coming.length === 1 ? "1 day is" : `${coming.length} days are`} still to come, so this is what it has come to so far.
        </Notice>
      )}
      {data && data.withoutRate.calls > 0 && (
        <Notice tone="warn">
          {format.whole(data.withoutRate.calls)} calls with {format.figure(Number(data.withoutRate.minutes), "minutes")} billed minutes fit no rate card and are
          in no line.
        </Notice>
      )}
      <Panel
        title={`Expected invoice, ${format.bucket(month)}`}
        note={data && data.withoutBilling > 0 ? `${format.whole(data.withoutBilling)} calls have no billing figure` : undefined}
        query={answer}
        empty={
          data?.meta.notLoaded
            ? "Not loaded: nobody has fetched a day of this month yet."
            : data?.cards.length === 0 && "No rate card was in force in this month."
        }
        minHeight={200}
      >
        {data?.cards.map((card) => (
          <section key={card.id} aria-label={card.name} className="mb-4">
            <h3 className="mb-1 font-semibold">
              {card.name} <span className="font-normal text-faint">version {card.version}</span>
            </h3>
            <Table
              caption={`Lines of ${card.name}`}
              rows={card.lines}
              rowKey={({ label }) => label}
              columns={[
                { key: "label", label: "Line", cell: ({ label }) => label },
                {
                  key: "quantity",
                  label: "Minutes",
                  numeric: true,
                  cell: ({ quantity }) => (quantity === null ? "" : format.figure(Number(quantity), "minutes")),
                },
                { key: "rate", label: "Rate", numeric: true, cell: ({ what, rate }) => (rate === null ? "" : what === "tax" ? `${rate} %` : rate) },
                { key: "amount", label: "Amount", numeric: true, cell: ({ amount }) => format.money(amount) },
              ]}
            />
            <p className="tabular mt-1 text-right font-semibold">{format.money(card.total)}</p>
          </section>
        ))}
        {data && (
          <p className="tabular border-line border-t pt-2 text-right">
            {format.money(data.net)} + {format.money(data.tax)} tax = <b className="text-base font-semibold">{format.money(data.total)}</b>
          </p>
        )}
        <p className="mt-2 text-xs text-faint">
          Every line is rounded once, half up. Included minutes, tiers and the minimum charge are those of each card in a calendar month.
        </p>
      </Panel>
      {data && !data.meta.notLoaded && <Received data={data} />}
    </>
  );
}

/** The invoice that came, against the expected one. */
function Received({ data }: { data: InvoiceAnswer }) {
  const format = useFormat();
  const [minutes, setMinutes] = useState("");
  const [amount, setAmount] = useState("");
  const lines = data.cards.flatMap((card) => card.lines).filter(({ what }) => what === "connect" || what === "included");
  const expectedMinutes = exactSum([...lines.map(({ quantity }) => Number(quantity)), Number(data.withoutRate.minutes)]);
  const rows = [
    {
      name: "Minutes",
      expected: expectedMinutes,
      received: minutes === "" ? null : Number(digits(minutes)),
      tell: (value: number) => format.figure(value, "minutes"),
    },
    {
      name: "Amount with tax",
      expected: Number(data.total),
      received: amount === "" ? null : Number(digits(amount)),
      tell: (value: number) => format.figure(value, "money"),
    },
  ];
  return (
    <Panel title="The invoice that came" note="compared here, kept nowhere">
      <div className="grid max-w-xl gap-3 sm:grid-cols-2">
        <Field label="Its minutes" inputMode="decimal" value={minutes} onChange={(event) => setMinutes(event.target.value)} />
        <Field label={`Its amount with tax (${data.currency})`} inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} />
      </div>
      <div className="mt-3">
        <Table
          caption="The invoice that came against the expected one"
          rows={rows}
          rowKey={({ name }) => name}
          columns={[
            { key: "name", label: "", cell: ({ name }) => name },
            { key: "expected", label: "Expected", numeric: true, cell: ({ expected, tell }) => tell(expected) },
            {
              key: "received",
              label: "Received",
              numeric: true,
              cell: ({ received, tell }) => (received === null || Number.isNaN(received) ? "–" : tell(received)),
            },
            {
              key: "difference",
              label: "Difference",
              numeric: true,
              cell: ({ expected, received, tell }) => {
                if (received === null || Number.isNaN(received)) return "–";
                const difference = received - expected;
                return `${difference > 0 ? "+" : difference < 0 ? "−" : "±"}${tell(Math.abs(difference))}`;
              },
            },
          ]}
        />
      </div>
      <p className="mt-2 text-xs text-faint">
        The Audit lists calls that were billed wrongly; Reconcile holds the vendor's own list of CDRs against the loaded calls, row by row.
      </p>
    </Panel>
  );
}
