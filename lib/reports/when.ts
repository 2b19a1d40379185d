import type { ScheduleRhythm } from "../state";
import { addDays, DAY_MS, dayNumber, HOUR_MS, instantsOf, localDay, mondayOf, startOfMonth, zoneSegments } from "../time";

export interface Rhythm {
  every: ScheduleRhythm;
  hour: number;
  tz: string;
}

/** The first instant of a local day at which its clock shows an hour or later: where the clock jumps over the hour, the time that it jumps to. */
function instantOf(day: string, hour: number, tz: string): number {
  const { start, end } = instantsOf(tz, day, day);
  const local = dayNumber(day) * DAY_MS + hour * HOUR_MS;
  const segment = zoneSegments(tz, start, end).find(({ to, offsetMs }) => to + offsetMs > local);
  return segment ? Math.max(segment.from, local - segment.offsetMs) : end;
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
