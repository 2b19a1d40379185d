import { and, eq, gte, inArray, lt } from "drizzle-orm";
import { listBudgets } from "../billing";
import { AppError } from "../error";
import { type MeasureName, resolveAccounts, runMetrics, type View } from "../metrics";
import { isLimited, type Scope } from "../scope";
import { keptView } from "../sharing";
import { type AlertMeasure, jobs, state } from "../state";
import { addDays, daysBetween, instantsOf, localDay, startOfMonth, utcDaysOf } from "../time";
import { Binder, warehouse } from "../warehouse";

/** What an alert looks at. */
export interface Watched {
  measure: AlertMeasure;
  way: "above" | "below";
  mark: number;
  days: number;
  minCalls: number;
  query: string;
  tz: string;
}

export interface Reading {
  /** The window's last day. */
  day: string;
  /** In the measure's own unit; null when there is nothing to tell from. */
  value: number | null;
  isBreach: boolean;
  /** UTC days of the window that are not loaded. What is no breach on the other days may be one on all of them. */
  notLoaded: string[];
}

/** Figures of all calls by their nature: whoever sees a part has none of them. */
const whole: AlertMeasure[] = ["budget", "failed_loads", "rejected"];

/** The calls that an alert is of, as far as its maker sees them. Errors: `bad_input` on `query`, `forbidden`. */
function viewOfAlert({ measure, query, tz }: Pick<Watched, "measure" | "query" | "tz">, from: string, to: string, scope: Scope): View {
  if (whole.includes(measure) && isLimited(scope)) throw new AppError("forbidden", "This figure is of all calls, and whoever made the alert sees a part.");
  return keptView(query, { tz, now: 0, scope }, { tz, from, to });
}

/** What a day adds to a window: the figure is part / whole where there is a whole, else the sum of the parts. */
interface DayFigure {
  part: number;
  whole: number | null;
  calls: number;
}

const parts: Record<"bad_share" | "billed_minutes" | "calls" | "cost", [part: MeasureName, whole: MeasureName | null]> = {
  bad_share: ["bad_calls", "rated_calls"],
  billed_minutes: ["billed_minutes", null],
  calls: ["calls", null],
  cost: ["cost", null],
};

async function callFigures(measure: keyof typeof parts, view: View): Promise<{ days: Map<string, DayFigure>; missing: Set<string> }> {
  const [part, whole] = parts[measure];
  const measures = [...new Set<MeasureName>([part, ...(whole ? [whole] : []), "calls"])];
  const { rows, meta } = await runMetrics({ measures, by: ["day"], view });
  const days = rows.map((row): [string, DayFigure] => [
    String(row.day),
    { part: Number(row[part] ?? 0), whole: whole ? Number(row[whole] ?? 0) : null, calls: Number(row.calls) },
  ]);
  return { days: new Map(days), missing: new Set(meta.missingDays) };
}

/** What happened at instants, counted by the local day. */
function byDay(instants: number[], tz: string): Map<string, DayFigure> {
  const days = new Map<string, DayFigure>();
  for (const ms of instants) {
    const day = localDay(tz, ms);
    days.set(day, { part: (days.get(day)?.part ?? 0) + 1, whole: null, calls: Number.POSITIVE_INFINITY });
  }
  return days;
}

async function failedLoads(view: View): Promise<Map<string, DayFigure>> {
  const { ids } = await resolveAccounts(view.account, view.scope);
  const { start, end } = instantsOf(view.tz, view.from, view.to);
  const db = await state();
  const rows =
    ids.length === 0
      ? []
      : await db
          .select({ at: jobs.finishedAt })
          .from(jobs)
          .where(and(eq(jobs.state, "failed"), gte(jobs.finishedAt, start), lt(jobs.finishedAt, end), inArray(jobs.account, ids)));
  return byDay(
    rows.flatMap(({ at }) => at ?? []),
    view.tz,
  );
}

async function rejectedRecords(view: View): Promise<Map<string, DayFigure>> {
  const { filter } = await resolveAccounts(view.account, view.scope);
  const { start, end } = instantsOf(view.tz, view.from, view.to);
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const accounts = filter ? ` AND account IN (${filter.map(binder.bind).join(", ")})` : "";
  const rows = await store.query<{ first_ms: number }>(
    binder.statement(`SELECT first_ms FROM rejected_records WHERE first_ms >= ${binder.bind(start)} AND first_ms < ${binder.bind(end)}${accounts}`),
  );
  return byDay(
    rows.map(({ first_ms }) => first_ms),
    view.tz,
  );
}

/** The month's budget for what an alert looks at. Error: `not_found`. */
async function budgetOf(view: View): Promise<number> {
  const [tag, account] = [view.filters.tag, view.account];
  const { ids } = await resolveAccounts(account, view.scope);
  const [scope, name] = tag?.length === 1 ? ["tag", tag[0]] : account?.length === 1 ? ["account", ids[0]] : ["all", ""];
  const budget = (await listBudgets()).find((one) => one.scope === scope && one.name === name);
  if (!budget) throw new AppError("not_found", "There is no budget for what this alert looks at. Set one on the Billing page.");
  return Number(budget.amount);
}

/**
 * What an alert would have read on each of some days, in the calls that a scope lets see, over the window that ends there. With days that are not over, or not loaded,
 * it can be told that something is too much, never that it is too little, nor that all is well.
 */
export async function readings(alert: Watched, from: string, to: string, scope: Scope): Promise<Reading[]> {
  const isBudget = alert.measure === "budget";
  const firstOf = (day: string) => (isBudget ? startOfMonth(day) : addDays(day, 1 - alert.days));
  const view = viewOfAlert(alert, firstOf(from), to, scope);
  const budget = isBudget ? await budgetOf(view) : 1;
  const measure = alert.measure === "budget" ? "cost" : alert.measure;
  const { days, missing } =
    measure === "failed_loads"
      ? { days: await failedLoads(view), missing: new Set<string>() }
      : measure === "rejected"
        ? { days: await rejectedRecords(view), missing: new Set<string>() }
        : await callFigures(measure, view);
  const isShare = measure === "bad_share";
  return daysBetween(from, to).map((day) => {
    const window = daysBetween(firstOf(day), day);
    const known = window.flatMap((one) => days.get(one) ?? []);
    const sum = (name: "part" | "whole" | "calls") => known.reduce((all, one) => all + (one[name] ?? 0), 0);
    const notLoaded = missing.size > 0 ? utcDaysOf({ from: firstOf(day), to: day, tz: alert.tz }).filter((one) => missing.has(one)) : [];
    const enough = alert.minCalls === 0 || sum("calls") >= alert.minCalls;
    const told = isShare ? (sum("whole") > 0 ? sum("part") / sum("whole") : null) : sum("part") / budget;
    const read = enough ? told : null;
    const isBreach = read !== null && (alert.way === "above" ? read > alert.mark : notLoaded.length === 0 && read < alert.mark);
    return { day, value: notLoaded.length > 0 && !isBreach ? null : read, isBreach, notLoaded };
  });
}

/** The last day that an alert can tell of: today, or where it looks for too little, the last that is over. */
export const lastDayOf = ({ way, tz }: Pick<Watched, "way" | "tz">, now: number) => addDays(localDay(tz, now), way === "below" ? -1 : 0);

const previewDays = 30;

/** How often an alert would have fired in the last 30 days, in the calls that a scope lets see. */
export async function preview(alert: Watched, now: number, scope: Scope): Promise<{ fired: number; days: Reading[] }> {
  const to = lastDayOf(alert, now);
  const days = await readings(alert, addDays(to, 1 - previewDays), to, scope);
  const known = days.filter(({ value }) => value !== null);
  return { fired: known.filter(({ isBreach }, index) => isBreach && !known[index - 1]?.isBreach).length, days };
}
