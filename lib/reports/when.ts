import type { ScheduleRhythm } from "../state";
import { addDays, instantsOf, localDay, mondayOf, offsetAt, startOfMonth } from "../time";

export interface Rhythm {
  every: ScheduleRhythm;
  hour: number;
  tz: string;
}

/** An hour of a local day as an instant; where the clock jumps over it, an hour later. */
function instantOf(day: string, hour: number, tz: string): number {
  const { start } = instantsOf(tz, day, day);
  const at = start + hour * 3_600_000;
  return at + (offsetAt(tz, start) - offsetAt(tz, at));
}

/** The first sending after an instant. */
export function nextDue({ every, hour, tz }: Rhythm, after: number): number {
  let day = localDay(tz, after);
  if (every === "week") day = mondayOf(day);
  if (every === "month") day = startOfMonth(day);
  for (;;) {
    const at = instantOf(day, hour, tz);
    if (at > after) return at;
    day = every === "day" ? addDays(day, 1) : every === "week" ? addDays(day, 7) : startOfMonth(addDays(day, 31));
  }
}
