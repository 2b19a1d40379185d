import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { and, asc, desc, eq, lte } from "drizzle-orm";
import { AppError, detailsOf } from "../error";
import { callsCsv, callsExportQuery, workbookQuery, workbookXlsx } from "../export";
import { log } from "../log";
import { sendMail } from "../mail";
import { viewOf } from "../metrics";
import { once } from "../once";
import { everything } from "../scope";
import { comparisonIn, findView, reportHtml, reportOf, reportText, viewInput } from "../sharing";
import {
  closeInterrupted,
  type RunState,
  type ScheduleForm,
  type ScheduleRhythm,
  type SharePage,
  scheduleRuns,
  schedules,
  sendOnce,
  sharePages,
  state,
} from "../state";
import { localDay, presets } from "../time";
import { nextDue } from "./when";

export interface ScheduleInput {
  name: string;
  view: string;
  form: ScheduleForm;
  every: ScheduleRhythm;
  hour: number;
  tz: string;
  period: keyof typeof presets;
  recipients: string[];
  active: boolean;
}

export interface Run {
  dueAt: string;
  state: RunState;
  attempts: number;
  error: string | null;
}

export interface Schedule extends ScheduleInput {
  id: string;
  viewName: string | null;
  owner: string;
  nextAt: string;
  runs: Run[];
}

type Stored = typeof schedules.$inferSelect;

const iso = (ms: number) => new Date(ms).toISOString();
const shownRuns = 5;

/** All schedules with their latest runs. */
export async function listSchedules(): Promise<Schedule[]> {
  const db = await state();
  const rows = await db.select().from(schedules).orderBy(asc(schedules.name), asc(schedules.createdAt));
  return Promise.all(
    rows.map(async ({ createdAt: _, nextAt, ...row }) => {
      const runs = await db.select().from(scheduleRuns).where(eq(scheduleRuns.schedule, row.id)).orderBy(desc(scheduleRuns.dueAt)).limit(shownRuns);
      return {
        ...row,
        period: row.period as ScheduleInput["period"],
        viewName: (await findView(row.view))?.name ?? null,
        nextAt: iso(nextAt),
        runs: runs.map(({ dueAt, state: told, attempts, error }) => ({ dueAt: iso(dueAt), state: told, attempts, error })),
      };
    }),
  );
}

async function stored(id: string): Promise<Stored> {
  const db = await state();
  const [row] = await db.select().from(schedules).where(eq(schedules.id, id));
  if (!row) throw new AppError("not_found", "There is no such schedule.");
  return row;
}

export async function addSchedule(input: ScheduleInput, owner: string): Promise<{ id: string }> {
  if (!(await findView(input.view))) throw new AppError("not_found", "There is no such view.");
  const db = await state();
  const id = randomUUID();
  const now = Date.now();
  await db.insert(schedules).values({ id, ...input, owner, createdAt: now, nextAt: nextDue(input, now) });
  return { id };
}

export async function changeSchedule(id: string, input: ScheduleInput): Promise<void> {
  await stored(id);
  const db = await state();
  await db
    .update(schedules)
    .set({ ...input, nextAt: nextDue(input, Date.now()) })
    .where(eq(schedules.id, id));
}

export async function removeSchedule(id: string): Promise<void> {
  await stored(id);
  const db = await state();
  await db.delete(schedules).where(eq(schedules.id, id));
  await db.delete(scheduleRuns).where(eq(scheduleRuns.schedule, id));
}

/** Sends a schedule now, to one address, as a test. It is no run. */
export async function testSchedule(id: string, to: string): Promise<void> {
  await send(await stored(id), Date.now(), [to]);
}

/** The view of a saved view's address, over the schedule's period as it is on the day of sending. */
async function viewAt({ view, period, tz }: Stored, now: number) {
  const saved = await findView(view);
  if (!saved) throw new AppError("not_found", "The saved view is gone.");
  const { from, to } = presets[period as keyof typeof presets].of(localDay(tz, now));
  const parsed = viewInput(saved.query);
  if (!parsed.success) throw new AppError("bad_input", "The saved view holds something that is no filter.");
  return { saved, input: { ...parsed.data, tz, from, to } };
}

/** The kind of report that a saved view's page makes. */
const pageOf = (path: string): SharePage => sharePages.find((page) => path === `/${page}`) ?? "overview";

async function send(schedule: Stored, now: number, recipients: string[]): Promise<void> {
  const { saved, input } = await viewAt(schedule, now);
  const defaults = { tz: schedule.tz, now, scope: everything };
  const view = viewOf(input, defaults);
  const compare = comparisonIn(saved.query, view);
  const report = await reportOf(view, { page: pageOf(saved.page), cost: true, names: false, compare });
  const exported =
    schedule.form === "workbook"
      ? await workbookXlsx({ ...workbookQuery.parse(input), compare: compare ?? "none" }, defaults)
      : schedule.form === "calls"
        ? await callsCsv(callsExportQuery.parse(input), defaults)
        : null;
  const attachment = exported
    ? { filename: exported.name, contentType: exported.type, content: Readable.from(exported.chunks) }
    : {
        filename: `${view.from}-to-${view.to}.html`,
        contentType: "text/html; charset=utf-8",
        content: reportHtml(report, { title: schedule.name, asPictures: true }),
      };
  await sendMail({
    to: recipients.join(", "),
    subject: `${schedule.name}, ${view.from} to ${view.to}`,
    text: reportText(schedule.name, report),
    attachments: [attachment],
  });
}

const mostAttempts = 5;

/**
 * Sends what is due. A run is written down before anything is sent, under its schedule and instant, so that neither a restart
 * nor a second process sends it twice. Sendings that were missed while nothing ran are made up by one.
 */
export async function sendDue(now = Date.now()): Promise<void> {
  const db = await state();
  for (const schedule of await db
    .select()
    .from(schedules)
    .where(and(eq(schedules.active, true), lte(schedules.nextAt, now)))) {
    await db.insert(scheduleRuns).values({ schedule: schedule.id, dueAt: schedule.nextAt, state: "waiting", retryAt: now }).onConflictDoNothing();
    await db
      .update(schedules)
      .set({ nextAt: nextDue(schedule, now) })
      .where(eq(schedules.id, schedule.id));
  }
  const waiting = await db
    .select()
    .from(scheduleRuns)
    .where(and(eq(scheduleRuns.state, "waiting"), lte(scheduleRuns.retryAt, now)));
  for (const run of waiting) await attempt(run, now);
}

async function attempt(run: typeof scheduleRuns.$inferSelect, now: number): Promise<void> {
  const one = and(eq(scheduleRuns.schedule, run.schedule), eq(scheduleRuns.dueAt, run.dueAt));
  const error = await sendOnce({ outbox: scheduleRuns, one, attempts: run.attempts, most: mostAttempts, now }, async () => {
    const schedule = await stored(run.schedule);
    await send(schedule, run.dueAt, schedule.recipients);
  });
  if (error !== null) log().warn({ schedule: run.schedule, attempt: run.attempts + 1, error }, "report not sent");
}

const everyMs = 30_000;

/** Looks every half minute for what is due. */
export async function startSending(): Promise<void> {
  await closeInterrupted(scheduleRuns);
  const busy = once("sending", () => ({ now: false }));
  once("sending-timer", () =>
    setInterval(() => {
      if (busy.now) return;
      busy.now = true;
      sendDue()
        .catch((error: unknown) => log().error({ error: detailsOf(error) }, "sending reports failed"))
        .finally(() => {
          busy.now = false;
        });
    }, everyMs).unref(),
  );
}
