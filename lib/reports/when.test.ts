import { expect, test } from "vitest";
import { nextDue } from "./when";

const zones = Intl.supportedValuesOf("timeZone");
/** A clock of that zone, read by another way than the code under test reads it: `2026-04-24 08:00:00`. */
const clockOf = (tz: string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: tz, dateStyle: "short", timeStyle: "medium" });
  return (at: number) => format.format(at);
};
const days = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10));

/** Whether an instant is the first at which the clock shows a time of a day, or, where that is skipped, a later one. */
function isFirst(clock: (at: number) => string, at: number, day: string, hour: number): boolean {
  const wanted = `${day} ${String(hour).padStart(2, "0")}:00:00`;
  return clock(at) >= wanted && clock(at - 1_000) < wanted;
}

test("a schedule goes out when the clock shows its hour, in every zone on every day", () => {
  const wrong: string[] = [];
  for (const [index, tz] of zones.entries()) {
    const clock = clockOf(tz);
    for (const [number, day] of days.entries()) {
      const hour = (number * 7 + index) % 24;
      // The clock of no zone is so far from UTC.
      const at = nextDue({ every: "day", hour, tz }, Date.parse(`${day}T${String(hour).padStart(2, "0")}:00:00Z`) - 15 * 3_600_000);
      // A day before may come first.
      const due = clock(at).startsWith(day) ? at : nextDue({ every: "day", hour, tz }, at);
      if (!isFirst(clock, due, day, hour)) wrong.push(`${tz} ${day} ${hour}: ${clock(due)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each([
  ["Africa/Cairo", "2026-04-24"],
  ["Asia/Beirut", "2026-03-29"],
  ["America/Santiago", "2026-09-06"],
  ["America/Havana", "2026-03-08"],
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["America/Nuuk", "2026-03-28"],
])("on a day on which the clock changes, every hour: %s on %s", (tz, day) => {
  const clock = clockOf(tz);
  const before = Date.parse(`${day}T00:00:00Z`) - 15 * 3_600_000;
  for (let hour = 0; hour < 24; hour++) {
    let at = nextDue({ every: "day", hour, tz }, before);
    while (clock(at) < `${day} 00:00:00`) at = nextDue({ every: "day", hour, tz }, at);
    expect(isFirst(clock, at, day, hour), `${hour}: ${clock(at)}`).toBe(true);
  }
});

test.each([
  ["Africa/Cairo", 8, "2026-04-23T20:00:00Z", "2026-04-24 08:00:00"],
  ["Africa/Cairo", 0, "2026-04-23T20:00:00Z", "2026-04-24 01:00:00"],
  ["Europe/Berlin", 2, "2026-03-28T20:00:00Z", "2026-03-29 03:00:00"],
  ["America/Nuuk", 23, "2026-03-28T20:00:00Z", "2026-03-29 00:00:00"],
])("a skipped hour is the next that there is: %s at %i after %s is %s", (tz, hour, after, told) => {
  expect(clockOf(tz)(nextDue({ every: "day", hour, tz }, Date.parse(after)))).toBe(told);
});
