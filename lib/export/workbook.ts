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
  filtersInWords,
  type MeasureName,
  type MetricsAnswer,
  type MetricsMeta,
  type MetricsQuery,
  type MetricsRow,
  measureOf,
  resolveAccounts,
  runMetrics,
  storedInstants,
  type View,
  type ViewDefaults,
  viewOf,
  viewShape,
  viewStatement,
  whyNoSum,
} from "../metrics";
import { nameOf, own } from "../names";
import { limitsInWords } from "../scope";
import { readSettings, type WorkspaceSettings } from "../state";
import { type Comparison, isTimeBucket } from "../time";
import { callColumns, warehouse } from "../warehouse";
import { figureTable } from "./figures";
import { type Export, fileName } from "./file";
import { type CellKind, type SheetCell, type SheetColumn, WorkbookStream, xlsxType } from "./sheets";

export const workbookQuery = z
  .strictObject({
    calls: z.enum(["yes", "no"], "must be yes or no").default("yes").describe("Whether the workbook has a sheet with every call."),
    compare: comparison,
    ...viewShape,
  })
  .superRefine(checkPeriod);

export const lookOf = ({ locale, currency }: WorkspaceSettings) => ({ indian: locale.endsWith("-IN"), currency });

/** Excel knows dates without a zone: the cell shows the view's local time, and how far it is from UTC, so that an hour that comes twice is told apart. */
const instant = (iso: string | number, tz: string): SheetCell => ({ kind: "instant", value: typeof iso === "number" ? iso : Date.parse(iso), tz });

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
  if (kind === "instant") return instant(String(value), tz);
  if (kind === "day") return new Date(`${value}T00:00:00Z`);
  return value as SheetCell;
}

/** The same where the column does not say the kind. */
function ownCell(kind: CellKind, value: unknown, tz: string): SheetCell {
  const cell = cellOf(kind, value, tz);
  return typeof cell === "number" ? { kind, value: cell } : cell;
}

/** A table of figures: the dimensions, then the measures. A room or person has its name beside its id. */
async function figuresSheet(
  book: WorkbookStream,
  title: string,
  answer: MetricsAnswer,
  query: Pick<MetricsQuery, "by" | "measures" | "order" | "limit">,
  settings: WorkspaceSettings,
  tz: string,
) {
  const named = query.by.filter((name) => name === "room" || name === "person");
  const table = figureTable(answer, query);
  const names = { ...answer.previous?.meta.names, ...answer.meta.names };
  const columns: (SheetColumn & { cell: (row: MetricsRow) => SheetCell })[] = table.columns.map((column) => {
    if ("state" in column) return { header: "Days", kind: "text", width: 11, cell: (row) => own(row, column.name) ?? null };
    const look = "measure" in column ? measureColumn(column.measure, settings) : dimensionColumn(column.dimension);
    const header = column.of === "compared" ? `${look.header}, compared` : look.header;
    // What has no value of a dimension is a group of its own; a time that is not there is none.
    const none = "dimension" in column && !isTimeBucket(column.dimension) ? "none" : null;
    return { ...look, header, cell: (row) => cellOf(look.kind, own(row, column.name) ?? none, tz) };
  });
  columns.splice(
    table.columns.filter((column) => "dimension" in column).length,
    0,
    ...named.map((name) => ({ header: `${dimensionOf(name).label} name`, kind: "text" as const, cell: (row: MetricsRow) => nameOf(names, row[name]) })),
  );
  await book.sheet(
    title,
    columns,
    table.rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

function comparedLines({ meta: { compare }, previous }: Pick<MetricsAnswer, "meta" | "previous">): [string, string][] {
  if (!compare) return [];
  const gaps = previous?.meta.missingDays ?? [];
  const state = previous && !previous.meta.complete ? `; NOT COMPLETE${gaps.length > 0 ? `, not loaded (UTC): ${gaps.join(", ")}` : ""}` : "";
  return [["Compared with", `${compare.from} to ${compare.to}, both included${state}`]];
}

/** What the figures are of, and whether they are whole: without this a sheet says nothing. */
export async function aboutSheet(
  book: WorkbookStream,
  view: View,
  answer: Pick<MetricsAnswer, "meta" | "previous">,
  settings: WorkspaceSettings,
  names: boolean,
): Promise<void> {
  const { meta } = answer;
  const lines: [string, string][] = [
    ["Period", `${view.from} to ${view.to}, both included`],
    ["Time zone of the days", view.tz],
    ["A call belongs to the day it was", view.basis === "logged" ? "logged (trans_date, as the vendor bills)" : "connected (room.connect_dt)"],
    ["Filters", filtersInWords(view, names).join("; ") || "none"],
    ["Of", limitsInWords(view.scope) ?? "all calls"],
    ["Accounts", meta.accounts.join(", ") || "none"],
    ...(meta.removed.length > 0 ? ([["Removed accounts among them", meta.removed.map(({ name }) => name).join(", ")]] as [string, string][]) : []),
    ["Complete", meta.complete ? "yes: every day is loaded and final" : meta.notLoaded ? "NO: nothing of the period is loaded" : "NO"],
    ["Days not loaded (UTC)", meta.missingDays.join(", ") || "none"],
    ["Days that may still change (UTC)", meta.partialDays.join(", ") || "none"],
    ["Days still to come (UTC)", meta.comingDays.join(", ") || "none"],
    ["Calls not delivered any more", String(meta.withdrawn)],
    ["Calls of several accounts, counted once", String(meta.doubled)],
    ["Calls dated more than a day from now", String(meta.ahead)],
    ...comparedLines(answer),
    ["Oldest day fetched", meta.refreshedAt ?? "never"],
    ["Columns without a sum", `${whyNoSum(["conferences", "rooms", "people", "peak_concurrent"])} Nor do shares.`],
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

/** A metrics query as a workbook: the figures, and what they are of. Without `names`, filters do not say whom they are about. */
export async function metricsXlsx(query: MetricsQuery, names = !query.view.scope.masked): Promise<Export> {
  const [answer, settings] = await Promise.all([runMetrics(query), readSettings()]);
  const book = new WorkbookStream(lookOf(settings));
  return {
    name: fileName(query.by.length > 0 ? `by-${query.by.join("-")}` : "figures", query.view, answer.meta, "xlsx"),
    type: xlsxType,
    rows: query.by.length > 0 ? answer.rows.length : 1,
    complete: answer.meta.complete && answer.previous?.meta.complete !== false,
    chunks: book.bytes(async () => {
      await figuresSheet(book, "Figures", answer, query, settings, query.view.tz);
      await aboutSheet(book, query.view, answer, settings, names);
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
        await figuresSheet(book, title, await ask(groupMeasures, [name]), { by: [name], measures: groupMeasures }, settings, view.tz);
      }
      await auditSheet(book, view, settings);
      if (input.calls === "yes") await callsSheet(book, view);
      await aboutSheet(book, view, summary, settings, !view.scope.masked);
    }),
  };
}

async function summarySheet(book: WorkbookStream, { totals, previous, meta }: MetricsAnswer, settings: WorkspaceSettings, tz: string): Promise<void> {
  const before: MetricsRow = previous?.totals ?? {};
  // One figure a row: its cells are of its own kind.
  await book.sheet(
    "Summary",
    [
      { header: "Figure", kind: "text", width: 34 },
      { header: "This period", kind: "text", width: 18 },
      {
        header: previous ? `${previous.meta.from} to ${previous.meta.to}${previous.meta.missingDays.length > 0 ? ", not whole" : ""}` : "Not compared",
        kind: "text",
        width: 36,
      },
      { header: "Unit", kind: "text", width: 14 },
    ],
    summaryMeasures.map((name) => {
      const { label, unit } = measureOf(name);
      const told = (of: MetricsMeta | undefined, row: MetricsRow) => (of?.notLoaded ? "not loaded" : ownCell(unit, row[name], tz));
      return [label, told(meta, totals), told(previous?.meta, before), unit === "money" ? settings.currency : unit];
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
          instant(row.loggedAt, view.tz),
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
      { header: `Logged (${view.tz})`, kind: "instant" },
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
    return {
      header: unit === "seconds" ? `${label} (s)` : unit === "instant" ? `${label} (${view.tz})` : label,
      kind: unit,
      total: unit === "seconds" || unit === "minutes",
    };
  });
  const selected = callSheetFields.map((name) => {
    const stored = own(storedInstants, name) ?? name;
    return `${own<string>(callColumns, stored) === "amount" ? store.dialect.double(stored) : stored} AS ${name}`;
  });
  async function* rows() {
    for await (const part of store.stream(viewStatement(store.dialect, view, accounts, selected.join(", "), "ORDER BY logged_ms, seq"))) {
      for (const row of part)
        yield callSheetFields.map((name, index) =>
          columns[index]?.kind === "instant" && row[name] !== null ? instant(row[name] as number, view.tz) : (row[name] as SheetCell),
        );
    }
  }
  await book.sheet("Calls", columns, rows());
}
