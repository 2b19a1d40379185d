import { daysBetween, isDay, mondayOf } from "./days";
import type { Period } from "./periods";
import { hoursOf, isZone } from "./zones";

/** The dimensions of time, from fine to coarse. */
export const timeBuckets = ["hour", "day", "week", "month"] as const;
export type TimeBucket = (typeof timeBuckets)[number];

export const isTimeBucket = (name: string): name is TimeBucket => (timeBuckets as readonly string[]).includes(name);

/** Every bucket of a period as answers name them, also those without calls. Of what is no period there are none. */
export function bucketsOf({ from, to, tz }: Period, by: TimeBucket): string[] {
  if (!isDay(from) || !isDay(to) || !isZone(tz)) return [];
  if (by === "hour") return hoursOf({ from, to, tz });
  const days = daysBetween(from, to);
  if (by === "week") return [...new Set(days.map(mondayOf))];
  if (by === "month") return [...new Set(days.map((day) => day.slice(0, 7)))];
  return days;
}
