import { z } from "zod";
import { allFindings, rules } from "../billing";
import {
  type CallField,
  callFields,
  checkPeriod,
  comparison,
  comparisonOf,
  type DimensionName,
  dimensionOf,
  type MeasureName,
  type MetricsAnswer,
  type MetricsMeta,
  type MetricsRow,
  measureOf,
  resolveAccounts,
  runMetrics,
  type View,
  type ViewDefaults,
  viewOf,
  viewShape,
  viewStatement,
} from "../metrics";
import { limitsInWords } from "../scope";
import { readSettings, type WorkspaceSettings } from "../state";
import { type Comparison, offsetAt } from "../time";
import { callColumns, warehouse } from "../warehouse";
import { type Export, fileName } from "./file";
import { answerExport, type MetricsExport } from "./metrics-csv";
import { type CellKind, type SheetCell, type SheetColumn, WorkbookStream, xlsxType } from "./sheets";

export const workbookQuery = z
  .strictObject({
    calls: z.enum(["yes", "no"], "must be yes or no").default("yes").describe("Whether the workbook has a sheet with every call."),
    compare: comparison,
    ...viewShape,
  })
  .superRefine(checkPeriod);

export const lookOf = ({ locale, currency }: WorkspaceSettings) => ({ indian: locale.endsWith("-IN"), currency });

/** An instant as Excel knows it: a date without a zone, here the view's. */
const localDate = (iso: string | number, tz: string) => {
  const ms = typeof iso === "number" ? iso : Date.parse(iso);
  return new Date(ms + offsetAt(tz, ms));
};

function measureColumn(name: MeasureName, { currency }: WorkspaceSettings): SheetColumn {
  const { label, unit, of } = measureOf(name);
  const words = { seconds: " (s)", bitrate: " (bit/s)", percent: " (%)", money: ` (${currency})`, minutes: "", count: "", share: " (share)", instant: "" }[
    unit
  ];
  const isSum = !of && ["count", "minutes", "seconds", "money"].includes(unit) && measureOf(name).sql !== "sweep";
  return { header: `${label}${words}`, kind: unit, total: isSum };
}

const dimensionColumn = (name: DimensionName): SheetColumn => ({
  header: dimensionOf(name).label,
  kind: name === "day" || name === "week" ? "day" : dimensionOf(name).kind === "flag" ? "flag" : "text",
});

function cellOf(kind: CellKind, value: unknown, tz: string): SheetCell {
  if (value === null || value === undefined) return null;
  if (kind === "instant") return localDate(String(value), tz);
  if (kind === "day") return new Date(`${value}T00:00:00Z`);
  return value as SheetCell;
}

/** A table of figures: the dimensions, then the measures. A room or person has its name beside its id. */
async function figuresSheet(
  book: WorkbookStream,
  title: string,
  answer: MetricsAnswer,
  by: DimensionName[],
  measures: MeasureName[],
  settings: WorkspaceSettings,
  tz: string,
) {
  const named = by.filter((name) => name === "room" || name === "person");
  const columns: SheetColumn[] = [
    ...by.map(dimensionColumn),
    ...named.map((name): SheetColumn => ({ header: `${dimensionOf(name).label} name`, kind: "text" })),
    ...measures.map((name) => measureColumn(name, settings)),
  ];
  const rows = by.length > 0 ? answer.rows : [answer.totals];
  await book.sheet(
    title,
    columns,
    rows.map((row) => [
      ...by.map((name, index) => cellOf(columns[index]?.kind ?? "text", row[name] ?? "none", tz)),
      ...named.map((name) => answer.meta.names[String(row[name])] ?? null),
      ...measures.map((name) => cellOf(measureOf(name).unit, row[name], tz)),
    ]),
  );
}

/** What the figures are of, and whether they are whole: without this a sheet says nothing. */
export async function aboutSheet(book: WorkbookStream, view: View, meta: MetricsMeta, settings: WorkspaceSettings): Promise<void> {
  const filters = Object.entries(view.filters).map(([name, values]) => `${name}: ${values.map((value) => value || "none").join(", ")}`);
  if (view.user) filters.push(`user contains: ${view.user.join(", ")}`);
  const lines: [string, string][] = [
    ["Period", `${view.from} to ${view.to}, both included`],
    ["Time zone of the days", view.tz],
    ["A call belongs to the day it was", view.basis === "logged" ? "logged (trans_date, as the vendor bills)" : "connected (room.connect_dt)"],
    ["Filters", filters.join("; ") || "none"],
    ["Of", limitsInWords(view.scope) ?? "all calls"],
    ["Accounts", meta.accounts.join(", ") || "none"],
    ["Complete", meta.complete ? "yes: every day is loaded and final" : "NO"],
    ["Days not loaded (UTC)", meta.missingDays.join(", ") || "none"],
    ["Days that may still change (UTC)", meta.partialDays.join(", ") || "none"],
    ["Oldest day fetched", meta.refreshedAt ?? "never"],
    ["Currency", settings.currency],
    ["Cost", "billed minutes times the rate in force, exact; a month's invoice rounds once a line"],
    ["Made", new Date().toISOString()],
    ["Made by", `Meetledger ${process.env.npm_package_version ?? ""}`.trim()],
  ];
  await book.sheet(
    "About",
    [
      { header: "About this file", kind: "text", width: 34 },
      { header: "", kind: "text", width: 80 },
    ],
    lines,
  );
}

/** A metrics query as a workbook: the figures, and what they are of. */
export async function metricsXlsx(input: MetricsExport, defaults: ViewDefaults): Promise<Export> {
  const [{ query, answer, rows }, settings] = await Promise.all([answerExport(input, defaults), readSettings()]);
  const book = new WorkbookStream(lookOf(settings));
  return {
    name: fileName(query.by.length > 0 ? `by-${query.by.join("-")}` : "figures", query.view, answer.meta, "xlsx"),
    type: xlsxType,
    rows: rows.length,
    complete: answer.meta.complete,
    chunks: book.bytes(async () => {
      await figuresSheet(book, "Figures", answer, query.by, query.measures, settings, query.view.tz);
      await aboutSheet(book, query.view, answer.meta, settings);
    }),
  };
}

const summaryMeasures: MeasureName[] = [
  "billed_minutes",
  "cost",
  "calls",
  "conferences",
  "rooms",
  "people",
  "calls_without_billing",
  "calls_without_rate",
  "connect_seconds",
  "screen_seconds",
  "bad_calls",
  "rated_calls",
  "unrated_calls",
  "bad_share",
  "peak_concurrent",
];
const groupMeasures: MeasureName[] = ["billed_minutes", "cost", "calls", "conferences", "people", "connect_seconds", "bad_calls", "rated_calls", "bad_share"];
const callSheetFields = [
  "trans_date",
  "connect_dt",
  "disconnect_dt",
  "conf_num",
  "room_id",
  "room_name",
  "user_name",
  "user_ref",
  "role",
  "sip",
  "connect_seconds",
  "billed_minutes",
  "screen_seconds",
  "track_combination",
  "quality",
  "browser",
  "os",
  "call_log_id",
  "call_id",
] as const;

/** Everything finance asks for, in one file: summary, days, rooms, tags, roles, audit, calls, and what it is of. */
export async function workbookXlsx(input: z.output<typeof workbookQuery>, defaults: ViewDefaults): Promise<Export> {
  const view = viewOf(input, defaults);
  const settings = await readSettings();
  const ask = (measures: MeasureName[], by: DimensionName[], compare?: Comparison) => runMetrics({ measures, by, compare, view });
  const summary = await ask(summaryMeasures, [], comparisonOf(input.compare ?? "previous", view));
  const book = new WorkbookStream(lookOf(settings));
  return {
    name: fileName("workbook", view, summary.meta, "xlsx"),
    type: xlsxType,
    rows: Number(summary.totals.calls),
    complete: summary.meta.complete,
    chunks: book.bytes(async () => {
      await summarySheet(book, summary, settings, view.tz);
      for (const [title, name] of [
        ["Daily", "day"],
        ["Rooms", "room"],
        ["Tags", "tag"],
        ["Roles", "role"],
      ] as const) {
        await figuresSheet(book, title, await ask(groupMeasures, [name]), [name], groupMeasures, settings, view.tz);
      }
      await auditSheet(book, view, settings);
      if (input.calls === "yes") await callsSheet(book, view);
      await aboutSheet(book, view, summary.meta, settings);
    }),
  };
}

async function summarySheet(book: WorkbookStream, { totals, previous }: MetricsAnswer, settings: WorkspaceSettings, tz: string): Promise<void> {
  const before: MetricsRow = previous?.totals ?? {};
  // One figure a row, each of its own kind; so the sheet has a text for what it is and numbers in the format of the figure.
  await book.sheet(
    "Summary",
    [
      { header: "Figure", kind: "text", width: 34 },
      { header: "This period", kind: "percent", width: 18 },
      {
        header: `Period before${previous ? ` (${previous.meta.from} to ${previous.meta.to}${previous.meta.missingDays.length > 0 ? ", not whole" : ""})` : ""}`,
        kind: "percent",
        width: 44,
      },
      { header: "Unit", kind: "text", width: 14 },
    ],
    summaryMeasures.map((name) => {
      const { label, unit } = measureOf(name);
      return [label, cellOf(unit, totals[name], tz), cellOf(unit, before[name], tz), unit === "money" ? settings.currency : unit];
    }),
  );
}

async function auditSheet(book: WorkbookStream, view: View, { currency }: WorkspaceSettings): Promise<void> {
  async function* findings() {
    for await (const page of allFindings(view)) {
      for (const row of page) {
        yield [
          rules[row.rule].label,
          "information" in rules[row.rule] ? "information" : row.state,
          row.minutes,
          row.amount === null ? null : Number(row.amount),
          row.evidence,
          row.conference,
          row.userName ?? row.person,
          localDate(row.loggedAt, view.tz),
          row.callLogId,
          row.callId,
          row.note,
        ];
      }
    }
  }
  await book.sheet(
    "Audit",
    [
      { header: "Rule", kind: "text", width: 34 },
      { header: "State", kind: "text", width: 12 },
      { header: "Minutes at stake", kind: "minutes" },
      { header: `Money at stake (${currency})`, kind: "money" },
      { header: "Evidence", kind: "text", width: 48 },
      { header: "Conference", kind: "text" },
      { header: "Person", kind: "text" },
      { header: "Logged", kind: "instant" },
      { header: "Log ID", kind: "text" },
      { header: "Call id", kind: "text" },
      { header: "Note", kind: "text" },
    ],
    findings(),
  );
}

async function callsSheet(book: WorkbookStream, view: View): Promise<void> {
  const store = await warehouse();
  const accounts = await resolveAccounts(view.account, view.scope);
  const columns = callSheetFields.map((name): SheetColumn => {
    const { label, unit } = callFields[name] as CallField;
    return { header: unit === "seconds" ? `${label} (s)` : label, kind: unit, total: unit === "seconds" || unit === "minutes" };
  });
  const instants: Record<string, string> = { trans_date: "logged_ms", connect_dt: "connect_ms", disconnect_dt: "disconnect_ms" };
  const selected = callSheetFields.map((name) => {
    const stored = instants[name] ?? name;
    return `${callColumns[stored as keyof typeof callColumns] === "amount" ? store.dialect.double(stored) : stored} AS ${name}`;
  });
  async function* rows() {
    for await (const part of store.stream(viewStatement(store.dialect, view, accounts, selected.join(", "), "ORDER BY logged_ms, seq"))) {
      for (const row of part)
        yield callSheetFields.map((name, index) =>
          columns[index]?.kind === "instant" && row[name] !== null ? localDate(row[name] as number, view.tz) : (row[name] as SheetCell),
        );
    }
  }
  await book.sheet("Calls", columns, rows());
}
