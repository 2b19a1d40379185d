import { describe, expect, test } from "vitest";
import { Random } from "@/e2e/cdr-api/random";
import { addDays, daysBetween, weekdayOf } from "../time";
import { forecastMonth } from "./forecast";
import { lastDay, shiftMonth } from "./month";

const weekday = [100, 110, 105, 100, 90, 20, 10];
const series = (from: string, to: string) => new Map(daysBetween(from, to).map((day) => [day, weekday[weekdayOf(day)] as number]));
const actual = (of: string) => daysBetween(`${of}-01`, lastDay(of)).reduce((sum, day) => sum + (weekday[weekdayOf(day)] as number), 0);

describe("a month's forecast", () => {
  test("is the month itself where the rhythm holds exactly", () => {
    const made = forecastMonth(series("2026-08-01", "2026-10-11"), "2026-10", "2026-10-11");
    expect(made?.expected).toBeCloseTo(actual("2026-10"), 6);
    expect(made?.high).toBeCloseTo(made?.low ?? 0, 6);
  });

  test("with noise about eight of ten months lie within the range, which shrinks as days become known", () => {
    const widths = { "2026-10-05": 0, "2026-10-15": 0, "2026-10-28": 0 };
    let within = 0;
    const trials = 300;
    for (let trial = 0; trial < trials; trial++) {
      const random = new Random(`forecast-${trial}`);
      const known = new Map([...series("2026-07-01", "2026-10-31")].map(([day, value]) => [day, value + random.around(0, 8)]));
      const total = daysBetween("2026-10-01", "2026-10-31").reduce((sum, day) => sum + (known.get(day) as number), 0);
      for (const through of Object.keys(widths) as (keyof typeof widths)[]) {
        const made = forecastMonth(new Map([...known].filter(([day]) => day <= through)), "2026-10", through);
        if (!made) throw new Error("no forecast");
        widths[through] += made.high - made.low;
        if (made.low <= total && total <= made.high) within++;
      }
    }
    expect(within / (trials * 3)).toBeGreaterThan(0.74);
    expect(within / (trials * 3)).toBeLessThan(0.86);
    expect(widths["2026-10-28"]).toBeLessThan(widths["2026-10-15"]);
    expect(widths["2026-10-15"]).toBeLessThan(widths["2026-10-05"]);
  });

  test("never forecasts less than what is known, and nothing from too few days", () => {
    const made = forecastMonth(series("2026-08-01", "2026-10-31"), "2026-10", "2026-10-31");
    expect(made).toEqual({ expected: actual("2026-10"), low: actual("2026-10"), high: actual("2026-10") });
    expect(forecastMonth(series("2026-10-01", "2026-10-05"), "2026-10", "2026-10-05")).toBeNull();
  });

  test("days of the month itself that are not loaded come to what their weekdays do, not to nothing", () => {
    const loaded = daysBetween("2026-10-01", "2026-10-31").filter((_, index) => index % 2 === 0 || index > 27);
    const made = forecastMonth(new Map(loaded.map((day) => [day, 100])), "2026-10", "2026-10-31");
    expect(31 - loaded.length).toBe(14);
    expect(made?.expected).toBeCloseTo(3_100, 6);
  });

  test("days that are not loaded are not known to be empty", () => {
    const whole = series("2026-08-01", "2026-10-11");
    for (let day = "2026-09-01"; day < "2026-09-10"; day = addDays(day, 1)) whole.delete(day);
    expect(forecastMonth(whole, "2026-10", "2026-10-11")?.expected).toBeCloseTo(actual("2026-10"), 6);
  });
});

test("months go over the year's end", () => {
  expect([shiftMonth("2026-01", -1), shiftMonth("2026-12", 1), shiftMonth("2026-03", -15), lastDay("2028-02")]).toEqual([
    "2025-12",
    "2027-01",
    "2024-12",
    "2028-02-29",
  ]);
});
