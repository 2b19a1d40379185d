import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparedPeriod, comparisonNames, readComparison, writeComparison } from "./comparisons";
import { instantsOf } from "./zones";

/** Days told by a calendar that is walked day by day, and by nothing of lib/time. */
const iso = (date: Date) => date.toISOString().slice(0, 10);
const step = (day: string, count: number) => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return iso(date);
};
function walk(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = step(day, 1)) days.push(day);
  return days;
}

/** A unit of the calendar of so many months, the first of which begins with a month of this number (1 to 12). */
interface Unit {
  months: number;
  startsIn: number;
}
const month: Unit = { months: 1, startsIn: 1 };
const quarter: Unit = { months: 3, startsIn: 1 };
const fiscalYear: Unit = { months: 12, startsIn: 4 };
const calendarYear: Unit = { months: 12, startsIn: 1 };

/** The number of the unit that a day lies in, and its place there: the how-many-th month, and the day of it. */
function placeIn({ months, startsIn }: Unit, day: string): { unit: number; month: number; date: number } {
  const [year, number, date] = day.split("-").map(Number) as [number, number, number];
  const index = year * 12 + number - startsIn;
  return { unit: Math.floor(index / months), month: index % months, date };
}

const walked = new Map<string, string[]>();

/** Every day of a unit, found by walking. */
function daysOfUnit(unit: Unit, near: string, number: number): string[] {
  const key = `${unit.months} ${unit.startsIn} ${number}`;
  const days = walked.get(key) ?? walk(step(near, -820), step(near, 400)).filter((day) => placeIn(unit, day).unit === number);
  walked.set(key, days);
  return days;
}

function likeUnit(unit: Unit, from: string, to: string, back: number, onlyWhole: boolean): { from: string; to: string } | null {
  const [first, last] = [placeIn(unit, from), placeIn(unit, to)];
  if (first.unit !== last.unit || first.month !== 0 || first.date !== 1) return null;
  const isWhole = placeIn(unit, step(to, 1)).unit !== last.unit;
  if (onlyWhole && !isWhole) return null;
  const earlier = daysOfUnit(unit, from, first.unit - back);
  const alike = isWhole
    ? earlier
    : earlier.filter((day) => {
        const place = placeIn(unit, day);
        return place.month < last.month || (place.month === last.month && place.date <= last.date);
      });
  return { from: alike[0] as string, to: alike.at(-1) as string };
}

function byWeeks(from: string, to: string, days: number): { from: string; to: string } {
  let back = days;
  while (step(to, -back) >= from) back += 7;
  return { from: step(from, -back), to: step(to, -back) };
}

function expected(name: (typeof comparisonNames)[number], from: string, to: string): { from: string; to: string } {
  const length = walk(from, to).length;
  if (name === "previous") return { from: step(from, -length), to: step(from, -1) };
  if (name === "matched") {
    return (
      likeUnit(month, from, to, 1, false) ??
      likeUnit(quarter, from, to, 1, false) ??
      likeUnit(fiscalYear, from, to, 1, false) ??
      likeUnit(calendarYear, from, to, 1, true) ??
      byWeeks(from, to, 7)
    );
  }
  const whole = likeUnit(month, from, to, 12, true) ?? likeUnit(fiscalYear, from, to, 1, true) ?? likeUnit(calendarYear, from, to, 1, true);
  if (whole) return whole;
  if (length <= 364) return { from: step(from, -364), to: step(to, -364) };
  // What 52 weeks do not clear, the same dates of an earlier year do.
  const yearsBefore = (day: string, years: number) => {
    const same = `${Number(day.slice(0, 4)) - years}${day.slice(4)}`;
    return iso(new Date(`${same}T00:00:00Z`)) === same ? same : `${same.slice(0, 8)}28`;
  };
  let years = 1;
  while (yearsBefore(to, years) >= from) years++;
  return { from: yearsBefore(from, years), to: yearsBefore(to, years) };
}

const zones = Intl.supportedValuesOf("timeZone");
const zone = fc.constantFrom("UTC", "Asia/Kolkata", "Europe/Berlin", ...zones);
const day = fc.integer({ min: 0, max: 11_000 }).map((offset) => step("2015-01-01", offset));
/** Days as people choose them: whole units and their beginnings as often as any others. */
const period = fc
  .tuple(day, fc.integer({ min: 1, max: 800 }), fc.constantFrom("any", "month", "quarter", "fiscal", "year"), fc.boolean())
  .map(([start, length, kind, isWhole]) => {
    if (kind === "any") return { from: start, to: step(start, length - 1) };
    const unit = { month, quarter, fiscal: fiscalYear, year: calendarYear }[kind];
    const days = daysOfUnit(unit, start, placeIn(unit, start).unit);
    return { from: days[0] as string, to: (isWhole ? days.at(-1) : days[length % days.length]) as string };
  });

describe("the days that a period is compared with", () => {
  test("are those of a calendar that is walked day by day, and never the period's own, in 10,000 periods and zones", () => {
    fc.assert(
      fc.property(period, zone, fc.constantFrom(...comparisonNames), ({ from, to }, tz, name) => {
        const days = comparedPeriod({ from, to, tz }, name);
        expect({ name, from: days.from, to: days.to, tz: days.tz }).toEqual({ name, ...expected(name, from, to), tz });
        expect(days.to < from).toBe(true);
        expect(instantsOf(tz, days.to, days.to).end).toBeLessThanOrEqual(instantsOf(tz, from, from).start);
      }),
      { numRuns: 10_000 },
    );
  });

  test("a period of more than a year is compared with whole years before, that it does not reach into", () => {
    expect(comparedPeriod({ from: "2024-01-15", to: "2025-03-10", tz: "UTC" }, "year")).toEqual({ from: "2022-01-15", to: "2023-03-10", tz: "UTC" });
  });

  test.each([
    ["matched", "2026-11-01", "2026-11-30", "2026-10-01", "2026-10-31", "a calendar month: the one before"],
    ["matched", "2026-11-01", "2026-11-12", "2026-10-01", "2026-10-12", "a month to date: the same days of the one before"],
    ["matched", "2026-03-01", "2026-03-30", "2026-02-01", "2026-02-28", "days that the shorter month does not have are left out"],
    ["matched", "2026-10-01", "2026-12-31", "2026-07-01", "2026-09-30", "a quarter"],
    ["matched", "2026-04-01", "2027-03-31", "2025-04-01", "2026-03-31", "a fiscal year"],
    ["matched", "2026-11-09", "2026-11-15", "2026-11-02", "2026-11-08", "a week: the one before"],
    ["matched", "2026-11-09", "2026-11-16", "2026-10-26", "2026-11-02", "eight days: two weeks back, so that a Monday meets a Monday"],
    ["year", "2028-02-01", "2028-02-29", "2027-02-01", "2027-02-28", "a leap year's February"],
    ["year", "2026-11-09", "2026-11-15", "2025-11-10", "2025-11-16", "else 52 weeks back"],
    ["previous", "2026-03-01", "2026-03-31", "2026-01-29", "2026-02-28", "as many days right before"],
  ] as const)("%s of %s to %s is %s to %s: %s", (name, from, to, first, last, _words) => {
    expect(comparedPeriod({ from, to, tz: "Asia/Kolkata" }, name)).toEqual({ from: first, to: last, tz: "Asia/Kolkata" });
  });
});

test("a comparison in an address reads as it was written", () => {
  for (const text of ["previous", "matched", "year", "2026-09-01..2026-09-30"]) expect(writeComparison(readComparison(text) as never)).toBe(text);
  for (const text of ["", "none", "Previous", "2026-09-01", "2026-09-30..2026-09-01", "2026-02-30..2026-03-01", "2026-09-01..2026-09-30 "]) {
    expect(readComparison(text), text).toBeNull();
  }
});
