import {
  type DimensionName,
  filtersInWords,
  type MeasureName,
  type MetricsMeta,
  type MetricsQuery,
  type MetricsRow,
  runMetrics,
  type View,
  whyNotCompared,
} from "../metrics";
import { queue } from "../queue";
import { limitsInWords } from "../scope";
import { readSettings, type SharePage } from "../state";
import type { Comparison } from "../time";

/** What a report shows. */
export interface ReportParts {
  page: SharePage;
  cost: boolean;
  /** Whether persons are named. Rooms are no persons. */
  names: boolean;
  compare: Comparison | undefined;
}

interface Group {
  by: DimensionName;
  title: string;
  measures: MeasureName[];
  rows: MetricsRow[];
  groups: number;
  names: Record<string, string>;
}

/** A report's figures: plain data, so that it can be frozen. */
export interface Report {
  page: SharePage;
  from: string;
  to: string;
  tz: string;
  basis: View["basis"];
  /** Filters in words. */
  filters: string[];
  figures: { measure: MeasureName; now: MetricsRow[string]; before: MetricsRow[string] }[];
  /** Whether both periods are loaded, so that they may be compared. */
  comparable: boolean;
  /** The days that they are compared with, and why they are not, in words. Reports that were frozen by earlier versions do not tell. */
  compared?: { from: string; to: string; whyNot: string | null } | null;
  daily: MetricsRow[];
  dailyByRole: MetricsRow[];
  tracks: MetricsRow | null;
  tables: Group[];
  meta: Pick<MetricsMeta, "complete" | "missingDays" | "partialDays" | "refreshedAt"> & Partial<Pick<MetricsMeta, "notLoaded" | "comingDays">>;
  locale: string;
  currency: string;
  madeAt: string;
}

const figuresOf: Record<SharePage, MeasureName[]> = {
  overview: ["billed_minutes", "calls", "conferences", "people", "bad_share", "peak_concurrent"],
  usage: ["billed_minutes", "calls", "conferences", "people", "connect_seconds", "peak_concurrent"],
  quality: ["bad_share", "bad_calls", "rated_calls", "unrated_calls", "calls"],
  tracks: ["calls", "audio_share", "video_share", "screen_share", "data_share", "screen_seconds"],
  billing: ["billed_minutes", "calls", "calls_without_billing", "conferences", "people"],
};
const tablesOf: Record<SharePage, [DimensionName, string, MeasureName[]][]> = {
  overview: [
    ["room", "Rooms by billed minutes", ["billed_minutes", "calls", "bad_share"]],
    ["role", "Roles", ["billed_minutes", "calls", "bad_share"]],
  ],
  usage: [
    ["room", "Rooms", ["billed_minutes", "calls", "conferences", "people"]],
    ["role", "Roles", ["billed_minutes", "calls", "people"]],
  ],
  quality: [
    ["browser", "Browsers", ["rated_calls", "bad_calls", "bad_share"]],
    ["os", "Operating systems", ["rated_calls", "bad_calls", "bad_share"]],
    ["room", "Rooms", ["rated_calls", "bad_calls", "bad_share"]],
  ],
  tracks: [
    ["track_combination", "Combinations", ["calls", "billed_minutes"]],
    ["role", "Roles", ["calls", "audio_share", "video_share", "screen_share"]],
  ],
  billing: [
    ["room", "Rooms", ["billed_minutes", "calls"]],
    ["tag", "Room tags", ["billed_minutes", "calls"]],
    ["role", "Roles", ["billed_minutes", "calls"]],
  ],
};
const mostRows = 30;
/** A view's filters, after the part of the calls that its maker sees. */
function tellFilters(view: View, names: boolean): string[] {
  const limits = limitsInWords(view.scope);
  return [...(limits ? [`of ${limits}`] : []), ...filtersInWords(view, names)];
}

/** The figures of a view as one report, made when it is the turn of whoever it is for. Cost and persons are in it only where they are asked for. Error: `busy`. */
export const reportOf = (view: View, parts: ReportParts, owner: string): Promise<Report> => queue("reports").run(owner, () => makeReport(view, parts));

async function makeReport(view: View, { page, cost, names, compare }: ReportParts): Promise<Report> {
  const { locale, currency } = await readSettings();
  const ask = (measures: MeasureName[], by: DimensionName[], more: Partial<MetricsQuery> = {}) => runMetrics({ measures, by, view, ...more });
  const priced = (measures: MeasureName[]): MeasureName[] => (cost && measures.includes("billed_minutes") ? [...measures, "cost"] : measures);
  const figures = priced(figuresOf[page]);
  const wanted = [
    ...tablesOf[page],
    ...(names ? ([["person", "People", ["billed_minutes", "calls", "bad_share"]]] as [DimensionName, string, MeasureName[]][]) : []),
  ];
  const [total, daily, byRole, tracks, ...tables] = await Promise.all([
    ask(figures, [], { compare }),
    ask(["billed_minutes", "calls", "bad_share", "rated_calls"], ["day"]),
    ask(["billed_minutes"], ["day", "role"]),
    page === "overview" || page === "tracks" ? ask(["audio_share", "video_share", "screen_share", "data_share", "url_share"], []) : null,
    ...wanted.map(([by, , measures]) => ask(priced(measures), [by], { order: `-${measures[0]}`, limit: mostRows })),
  ]);
  const { meta, previous } = total;
  const whyNot = whyNotCompared(meta, previous?.meta);
  return {
    page,
    from: view.from,
    to: view.to,
    tz: view.tz,
    basis: view.basis,
    filters: tellFilters(view, names),
    figures: figures.map((measure) => ({ measure, now: total.totals[measure] ?? null, before: previous?.totals[measure] ?? null })),
    comparable: previous !== undefined && whyNot === null,
    compared: previous ? { from: previous.meta.from, to: previous.meta.to, whyNot } : null,
    daily: daily.rows,
    dailyByRole: byRole.rows,
    tracks: tracks?.totals ?? null,
    tables: tables.map((answer, index) => {
      const [by, title, measures] = wanted[index] as [DimensionName, string, MeasureName[]];
      return { by, title, measures: priced(measures), rows: answer.rows, groups: answer.meta.groups, names: answer.meta.names };
    }),
    meta: {
      complete: meta.complete,
      notLoaded: meta.notLoaded,
      missingDays: meta.missingDays,
      partialDays: meta.partialDays,
      comingDays: meta.comingDays,
      refreshedAt: meta.refreshedAt,
    },
    locale,
    currency,
    madeAt: new Date().toISOString(),
  };
}
