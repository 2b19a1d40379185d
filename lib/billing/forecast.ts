import { z } from "zod";
import { exactSum } from "../exact";
import { type MetricsQuery, runMetrics, viewShape } from "../metrics";
import { isLimited, type Scope } from "../scope";
import { addDays, daysBetween, utcDay, weekdayOf } from "../time";
import { listBudgets } from "./budgets";
import { firstDay, lastDay, month, shiftMonth } from "./month";

export const forecastQuery = z.strictObject({
  month: month.optional().describe("Default: this month."),
  measure: z.enum(["cost", "billed_minutes"], "must be cost or billed_minutes").default("cost"),
  account: viewShape.account,
  tag: viewShape.tag,
});

export interface Forecast {
  /** What the month is expected to come to, between the two ends in eight of ten cases. */
  expected: number;
  low: number;
  high: number;
}

export interface ForecastAnswer {
  month: string;
  measure: "cost" | "billed_minutes";
  /** What the loaded days of the month come to: where some before the last of them are missing, the least that it can be. */
  soFar: number;
  /** The last day that counts as known. */
  through: string | null;
  /** Days of the month that are not known: still to come, or not loaded. */
  daysLeft: number;
  /** Null when there are too few days to learn from. */
  forecast: Forecast | null;
  /** How forecasts of past months, made on the same day of the month, would have turned out. */
  past: { month: string; expected: number; actual: number }[];
  budgets: { scope: string; name: string; amount: string }[];
  missingDays: string[];
}

/** Weeks that the rhythm is learned from. */
const weeks = 8;
const fewestDays = 14;
/** 80 % of a normal distribution lie within so many deviations of its mean. */
const deviations = 1.2816;

type Series = Map<string, number>;

/** The mean of each weekday, and how far single days lie from it. */
function rhythm(series: Series, until: string): { mean: number[]; seen: number[]; spread: number } | null {
  const days = daysBetween(addDays(until, -7 * weeks + 1), until).filter((day) => series.has(day));
  if (days.length < fewestDays) return null;
  const all = days.reduce((sum, day) => sum + (series.get(day) as number), 0) / days.length;
  const mean = Array.from({ length: 7 }, (_, weekday) => {
    const same = days.filter((day) => weekdayOf(day) === weekday);
    return same.length > 0 ? same.reduce((sum, day) => sum + (series.get(day) as number), 0) / same.length : all;
  });
  const squares = days.reduce((sum, day) => sum + ((series.get(day) as number) - (mean[weekdayOf(day)] as number)) ** 2, 0);
  // Seven means were taken from the days themselves.
  const seen = mean.map((_, weekday) => days.filter((day) => weekdayOf(day) === weekday).length);
  return { mean, seen, spread: Math.sqrt(squares / Math.max(1, days.length - 7)) };
}

/** A month from what is known up to a day: the known days, and each other day, also one that nobody fetched, at the mean of its weekday. */
export function forecastMonth(series: Series, of: string, through: string): Forecast | null {
  const learned = rhythm(series, through);
  if (!learned) return null;
  const days = daysBetween(firstDay(of), lastDay(of));
  const isKnown = (day: string) => day <= through && series.has(day);
  const known = exactSum(days.filter(isKnown).map((day) => series.get(day) as number));
  const left = days.filter((day) => !isKnown(day));
  const expected = known + left.reduce((sum, day) => sum + (learned.mean[weekdayOf(day)] as number), 0);
  // Each other day lies about its mean, and each mean about the true one: all days of a weekday err together by the latter.
  const variance = learned.mean.reduce((sum, _, weekday) => {
    const count = left.filter((day) => weekdayOf(day) === weekday).length;
    return sum + count + count ** 2 / Math.max(1, learned.seen[weekday] as number);
  }, 0);
  const margin = deviations * learned.spread * Math.sqrt(variance);
  return { expected, low: Math.max(known, expected - margin), high: expected + margin };
}

/** The forecast of a month, with its budget and with how good it would have been before. */
export async function forecast(input: z.output<typeof forecastQuery>, now: number, scope: Scope): Promise<ForecastAnswer> {
  const today = utcDay(now);
  const of = input.month ?? today.slice(0, 7);
  const from = addDays(firstDay(shiftMonth(of, -3)), -7 * weeks);
  const to = lastDay(of) < today ? lastDay(of) : today;
  const query: MetricsQuery = {
    measures: [input.measure],
    by: ["day"],
    view: {
      from,
      to: to < from ? from : to,
      tz: "UTC",
      basis: "logged",
      account: input.account,
      user: undefined,
      filters: input.tag ? { tag: input.tag } : {},
      scope,
    },
  };
  const { rows, meta } = await runMetrics(query);
  const missing = new Set(meta.missingDays);
  const values = new Map(rows.map((row) => [String(row.day), Number(row[input.measure] ?? 0)]));
  // A loaded day without calls cost nothing; a day that is not loaded is not known. Today is not over.
  const series: Series = new Map(
    daysBetween(query.view.from, query.view.to)
      .filter((day) => !missing.has(day) && day < today)
      .map((day) => [day, values.get(day) ?? 0]),
  );
  const known = [...series.keys()].filter((day) => day.startsWith(of));
  const through = known[known.length - 1] ?? null;
  const until = through ?? addDays(firstDay(of), -1);
  const dayOfMonth = Number(until.slice(8, 10));
  const past = [3, 2, 1].flatMap((back) => {
    const earlier = shiftMonth(of, -back);
    const days = daysBetween(firstDay(earlier), lastDay(earlier));
    if (days.some((day) => !series.has(day))) return [];
    const made = forecastMonth(series, earlier, through ? (days[Math.min(dayOfMonth, days.length) - 1] as string) : addDays(firstDay(earlier), -1));
    return made ? [{ month: earlier, expected: made.expected, actual: exactSum(days.map((day) => series.get(day) as number)) }] : [];
  });
  return {
    month: of,
    measure: input.measure,
    soFar: exactSum(known.map((day) => series.get(day) as number)),
    through,
    daysLeft: daysBetween(firstDay(of), lastDay(of)).filter((day) => !series.has(day)).length,
    forecast: forecastMonth(series, of, until),
    past,
    // A budget is of the whole: it says nothing about a part.
    budgets: isLimited(scope) ? [] : (await listBudgets()).map(({ scope, name, amount }) => ({ scope, name, amount })),
    missingDays: meta.missingDays.filter((day) => day.startsWith(of)),
  };
}
