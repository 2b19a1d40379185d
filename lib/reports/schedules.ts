import { randomUUID } from "node:crypto";
import { asc, desc, eq } from "drizzle-orm";
import { makerOf, type Principal, partOf, whyStopped } from "../auth";
import { AppError, badInput } from "../error";
import { seenView } from "../sharing";
import { type RunState, type ScheduleForm, type ScheduleRhythm, scheduleRuns, schedules, state } from "../state";
import type { presets } from "../time";
import { nextDue } from "./when";

export interface ScheduleInput {
  name: string;
  /** A saved view, by id: what it shows is copied. Absent in a change: what was copied before stays. */
  view?: string | undefined;
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

export interface Schedule extends Omit<ScheduleInput, "view"> {
  id: string;
  /** What the view was called that it is a copy of; null where that was gone before it was copied. */
  viewName: string | null;
  page: string | null;
  query: string | null;
  owner: string;
  /** Why it does not run: its maker is gone. */
  stopped: string | null;
  /** The part of the calls that it is of, where its maker sees no more; in words. */
  part: string | null;
  nextAt: string;
  runs: Run[];
}

export type StoredSchedule = typeof schedules.$inferSelect;

const iso = (ms: number) => new Date(ms).toISOString();
const shownRuns = 5;

/** All schedules with their latest runs. */
export async function listSchedules(): Promise<Schedule[]> {
  const db = await state();
  const rows = await db.select().from(schedules).orderBy(asc(schedules.name), asc(schedules.createdAt));
  return Promise.all(
    rows.map(async ({ createdAt: _, ownerId, nextAt, ...row }) => {
      const maker = await makerOf(ownerId);
      const runs = await db.select().from(scheduleRuns).where(eq(scheduleRuns.schedule, row.id)).orderBy(desc(scheduleRuns.dueAt)).limit(shownRuns);
      return {
        ...row,
        period: row.period as ScheduleInput["period"],
        stopped: whyStopped(maker, row.owner),
        part: partOf(maker),
        nextAt: iso(nextAt),
        runs: runs.map(({ dueAt, state: told, attempts, error }) => ({ dueAt: iso(dueAt), state: told, attempts, error })),
      };
    }),
  );
}

/** Error: `not_found`. */
export async function storedSchedule(id: string): Promise<StoredSchedule> {
  const db = await state();
  const [row] = await db.select().from(schedules).where(eq(schedules.id, id));
  if (!row) throw new AppError("not_found", "There is no such schedule.");
  return row;
}

/** Who makes a schedule, or changes one. */
type Caller = Pick<Principal, "id" | "maker" | "name" | "role" | "scope">;

/** What a saved view shows now, to be kept. Error: `not_found`, also for someone else's. */
async function copyOf(view: string, caller: Caller) {
  const { name, page, query } = await seenView(view, caller);
  return { viewName: name, page, query };
}

/** Adds a schedule of a saved view as it is now. Errors: `bad_input` on `view`, `not_found`. */
export async function addSchedule({ view, ...input }: ScheduleInput, caller: Caller): Promise<{ id: string }> {
  if (view === undefined) throw badInput("view", "is missing");
  const copy = await copyOf(view, caller);
  const db = await state();
  const id = randomUUID();
  const now = Date.now();
  await db.insert(schedules).values({ id, ...input, ...copy, owner: caller.name, ownerId: caller.maker, createdAt: now, nextAt: nextDue(input, now) });
  return { id };
}

/** Changes a schedule. With a view it becomes one of that view as it is now. Error: `not_found`. */
export async function changeSchedule(id: string, { view, ...input }: ScheduleInput, caller: Caller): Promise<void> {
  await storedSchedule(id);
  const copy = view === undefined ? {} : await copyOf(view, caller);
  const db = await state();
  await db
    .update(schedules)
    .set({ ...input, ...copy, nextAt: nextDue(input, Date.now()) })
    .where(eq(schedules.id, id));
}

/** Makes somebody the maker of a schedule, so that it is sent again, of what they may see. Error: `not_found`. */
export async function takeOverSchedule(id: string, { maker: ownerId, name }: Caller): Promise<void> {
  const schedule = await storedSchedule(id);
  const db = await state();
  await db
    .update(schedules)
    .set({ owner: name, ownerId, nextAt: nextDue(schedule, Date.now()) })
    .where(eq(schedules.id, id));
}

export async function removeSchedule(id: string): Promise<void> {
  await storedSchedule(id);
  const db = await state();
  await db.delete(schedules).where(eq(schedules.id, id));
  await db.delete(scheduleRuns).where(eq(scheduleRuns.schedule, id));
}
