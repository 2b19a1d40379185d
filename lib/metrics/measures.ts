import type { Dialect } from "../warehouse";

export type Unit = "count" | "minutes" | "seconds" | "share" | "bitrate" | "percent" | "instant" | "money";

export interface Measure {
  label: string;
  unit: Unit;
  /**
   * An aggregate over the rows of `calls`, in SQL that every engine speaks; a function where engines differ. `sweep` marks
   * what needs calls laid along time and cannot be a plain aggregate. Measures in money are exact decimals of sixtieths.
   */
  sql: string | ((dialect: Dialect) => string) | "sweep";
  /** True where more is worse: the page colours a rise as bad. */
  worse?: boolean;
  /** True where the rows need `cost_60`: what each call costs by the rate cards. */
  rates?: true;
  /** How the measure of a whole comes from that of its groups; absent where it is their sum, or where nothing is known. */
  of?: { distinct: string } | { part: string; whole: string };
}

/** A share as a fraction; no share at all where there is nothing to share. */
const ratio = (part: string, whole: string) => `(${part}) * 1.0 / nullif(${whole}, 0)`;
const sum = (column: string) => `coalesce(sum(${column}), 0)`;
const countWhere = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
const distinct = (column: string) => ({ unit: "count" as const, sql: `count(DISTINCT ${column})`, of: { distinct: column } });
const share = (part: string, whole: string) => ({ unit: "share" as const, sql: ratio(part, whole), of: { part, whole } });

type Direction = "send" | "receive";
type Medium = "audio" | "video" | "sharing";
type TrackName = "audio" | "video" | "screen" | "data" | "url";

const trackMeasures = Object.fromEntries(
  (["audio", "video", "screen", "data", "url"] as const).flatMap((track) => {
    const label = track === "url" ? "URL" : track[0]?.toUpperCase() + track.slice(1);
    return [
      [`${track}_calls`, { label: `Calls with ${label.toLowerCase()}`, unit: "count", sql: countWhere(track) }],
      [`${track}_share`, { label, ...share(countWhere(track), "count(*)") }],
    ];
  }),
) as Record<`${TrackName}_calls` | `${TrackName}_share`, Measure>;

const words: Record<Direction | Medium, string> = { send: "Sent", receive: "Received", audio: "audio", video: "video", sharing: "screen share" };

const streamMeasures = Object.fromEntries(
  (["send", "receive"] as const).flatMap((direction) =>
    (["audio", "video", "sharing"] as const).flatMap((medium) => {
      const stream = `${direction}_${medium}`;
      const label = `${words[direction]} ${words[medium]}`;
      const percent = (share: string) => ({ label: `${label}: ${share} time`, unit: "percent", sql: `avg(${stream}_${share}_percent)` });
      return [
        [`${stream}_rated`, { label: `${label}: rated calls`, unit: "count", sql: `count(${stream}_bad)` }],
        [`${stream}_bad_share`, { label: `${label}: rated bad`, worse: true, ...share(countWhere(`${stream}_bad`), `count(${stream}_bad)`) }],
        [`${stream}_bitrate_p50`, { label: `${label}: median bit rate`, unit: "bitrate", sql: (d: Dialect) => d.quantile(0.5, `${stream}_bitrate`) }],
        [`${stream}_bitrate_p95`, { label: `${label}: 95th percentile bit rate`, unit: "bitrate", sql: (d: Dialect) => d.quantile(0.95, `${stream}_bitrate`) }],
        ...(direction === "receive" ? ["good", "moderate", "bad"].map((share) => [`${stream}_${share}_percent`, percent(share)]) : []),
      ];
    }),
  ),
) as Record<
  `${Direction}_${Medium}_${"rated" | "bad_share" | "bitrate_p50" | "bitrate_p95"}` | `receive_${Medium}_${"good" | "moderate" | "bad"}_percent`,
  Measure
>;

/** Every figure, defined once. Pages, the API and its documentation read this table; a new figure is one line here. */
export const measures = {
  calls: { label: "Calls", unit: "count", sql: "count(*)" },
  conferences: { label: "Conferences", ...distinct("conf_num") },
  rooms: { label: "Rooms", ...distinct("room_id") },
  people: { label: "People", ...distinct("person") },
  billed_minutes: { label: "Billed minutes", unit: "minutes", sql: sum("billed_minutes") },
  calls_without_billing: { label: "Calls with no billing figure", unit: "count", worse: true, sql: countWhere("billed_minutes IS NULL") },
  cost: { label: "Cost", unit: "money", sql: "sum(cost_60)", rates: true },
  calls_without_rate: {
    label: "Billed calls that no rate card fits",
    unit: "count",
    worse: true,
    sql: countWhere("cost_60 IS NULL AND billed_minutes IS NOT NULL"),
    rates: true,
  },
  connect_seconds: { label: "Connected time", unit: "seconds", sql: sum("connect_seconds") },
  published_seconds: { label: "Published time", unit: "seconds", sql: sum("published_seconds") },
  subscribed_seconds: { label: "Subscribed time", unit: "seconds", sql: sum("subscribed_seconds") },
  screen_seconds: { label: "Screen-share time", unit: "seconds", sql: sum("screen_seconds") },
  hold_seconds: { label: "Hold time", unit: "seconds", sql: sum("hold_seconds") },
  bad_calls: { label: "Bad calls", unit: "count", worse: true, sql: countWhere("quality = 'Bad'") },
  rated_calls: { label: "Rated calls", unit: "count", sql: "count(quality)" },
  unrated_calls: { label: "Calls not rated", unit: "count", sql: countWhere("quality IS NULL") },
  bad_share: { label: "Bad calls", worse: true, ...share(countWhere("quality = 'Bad'"), "count(quality)") },
  ...trackMeasures,
  ...streamMeasures,
  peak_concurrent: { label: "Peak concurrent", unit: "count", sql: "sweep" },
  peak_at: { label: "Time of the peak", unit: "instant", sql: "sweep" },
  first_connect: { label: "First connected", unit: "instant", sql: "min(connect_ms)" },
} satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;
export const measureNames = Object.keys(measures) as MeasureName[];

export function measureOf(name: MeasureName): Measure {
  return measures[name];
}

/** Why the groups' values of some measures do not add up to that of the whole, in words; null where all of them do, or are shares. */
export function whyNoSum(names: readonly MeasureName[]): string | null {
  const labels = (some: readonly MeasureName[]) => some.map((name) => measureOf(name).label).join(" and ");
  const seen = names.filter((name) => "distinct" in (measureOf(name).of ?? {}));
  const peaks = names.filter((name) => name === "peak_concurrent");
  const parts = [
    seen.length > 0 ? `${labels(seen)} do not add up to their total: the same one may be in several rows.` : null,
    peaks.length > 0 ? "Peaks do not add up: they come at different times." : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(" ") : null;
}

/** Whether the groups' values of a measure add up to that of the whole. */
export function adds(name: MeasureName): boolean {
  const { unit, of, sql } = measureOf(name);
  return of === undefined && sql !== "sweep" && unit !== "share" && unit !== "instant" && unit !== "bitrate" && unit !== "percent";
}
