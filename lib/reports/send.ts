import { Readable } from "node:stream";
import { and, eq, lte } from "drizzle-orm";
import { activeMaker, makerOf, readersOf } from "../auth";
import { AppError, detailsOf } from "../error";
import { callsCsv, callsExportQuery, spooledFile, workbookQuery, workbookXlsx } from "../export";
import { log } from "../log";
import { sendMail } from "../mail";
import { viewOf } from "../metrics";
import { once } from "../once";
import type { Reader } from "../reader";
import type { Scope } from "../scope";
import { comparisonIn, keptInput, reportHtml, reportOf, reportText } from "../sharing";
import { closeInterrupted, type SharePage, scheduleRuns, schedules, sendOnce, sharePages, state } from "../state";
import { localDay, presetDays } from "../time";
import { type StoredSchedule, storedSchedule } from "./schedules";
import { nextDue } from "./when";

/** Sends a schedule now, to one address, as a test. It is no run. */
export async function testSchedule(id: string, to: string): Promise<void> {
  await send(await storedSchedule(id), Date.now(), [to]);
}

/** The kind of report that a saved view's page makes. */
const pageOf = (path: string | null): SharePage => sharePages.find((page) => path === `/${page}`) ?? "overview";

/**
 * Sends a schedule's report to each what they may see of what its maker may see, now. `sentTo` have had it already, and `onSent`
 * hears who else has. Whom it cannot be sent to keeps nobody else from it.
 */
async function send(schedule: StoredSchedule, now: number, recipients: string[], sentTo: string[] = [], onSent = async (_: string[]) => {}): Promise<void> {
  const readers = await readersOf(recipients, await activeMaker(schedule.ownerId, schedule.owner));
  if (readers.length === 0) throw new AppError("conflict", "Nobody is left to send it to: those whom it went to are deactivated.");
  const faults: unknown[] = [];
  for (const { scope, to } of readers) {
    const left = to.filter((address) => !sentTo.includes(address));
    if (left.length === 0) continue;
    try {
      await sendReport(schedule, now, scope, left);
      await onSent(left);
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}

/** Sends one mail: the copied view, over the schedule's period as it is on the day of sending, of the calls that a scope lets see. */
async function sendReport({ id, name, page, query, form, period, tz }: StoredSchedule, now: number, scope: Scope, to: string[]): Promise<void> {
  if (query === null) throw new AppError("not_found", "The saved view is gone. Choose another one.");
  const days = presetDays(period, localDay(tz, now));
  const input = { ...keptInput(query, scope), tz, from: days.from, to: days.to };
  const defaults = { tz, now, scope };
  const view = viewOf(input, defaults);
  const compare = comparisonIn(query, view);
  const owner = `schedule ${id}`;
  const report = await reportOf(view, { page: pageOf(page), cost: true, names: false, compare }, owner);
  const make =
    form === "workbook"
      ? () => workbookXlsx({ ...workbookQuery.parse(input), compare: compare ?? "none" }, defaults)
      : form === "calls"
        ? () => callsCsv(callsExportQuery.parse(input), defaults)
        : null;
  const made = make && (await spooledFile(recipientOf(owner), make));
  const attachment = made
    ? { filename: made.file.name, contentType: made.file.type, content: Readable.from(made.spool.chunks()) }
    : {
        filename: `${view.from}-to-${view.to}.html`,
        contentType: "text/html; charset=utf-8",
        content: reportHtml(report, { title: name, asPictures: true }),
      };
  try {
    await sendMail({ to: to.join(", "), subject: `${name}, ${view.from} to ${view.to}`, text: reportText(name, report), attachments: [attachment] });
  } finally {
    await made?.spool.leave(new Error("The mail has gone out, or was not taken."));
  }
}

/** Whoever gets a mail waits for its file, and gets it whole. */
const recipientOf = (name: string): Reader => ({ name, signal: new AbortController().signal, isHeavy: true, takesBody: true, takesParts: false });

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
    // Whose maker is gone waits for somebody who takes it over, and does not make up for what it left out.
    if ((await makerOf(schedule.ownerId))?.active) {
      await db.insert(scheduleRuns).values({ schedule: schedule.id, dueAt: schedule.nextAt, state: "waiting", retryAt: now }).onConflictDoNothing();
    }
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
    const schedule = await storedSchedule(run.schedule);
    const db = await state();
    const sentTo = [...run.sentTo];
    await send(schedule, run.dueAt, schedule.recipients, run.sentTo, async (to) => {
      sentTo.push(...to);
      await db.update(scheduleRuns).set({ sentTo }).where(one);
    });
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
