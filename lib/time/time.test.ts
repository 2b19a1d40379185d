import { describe, expect, test } from "vitest";
import { daysBetween, endOfMonth, isDay, mondayOf, weekdayOf } from "./days";
import { defaultPeriod, presets, previousPeriod, utcDaysOf } from "./periods";
import { instantsOf, isZone, localDay, zoneSegments } from "./zones";

describe("days", () => {
  test.each([
    ["2026-02-29", false],
    ["2028-02-29", true],
    ["2026-1-1", false],
    ["2026-13-01", false],
    ["", false],
  ])("%s is a day: %s", (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });
  test("weeks begin on Monday", () => {
    expect(mondayOf("2026-11-01")).toBe("2026-10-26");
    expect(mondayOf("2026-11-02")).toBe("2026-11-02");
    expect(weekdayOf("2026-11-01")).toBe(6);
    expect(endOfMonth("2028-02-10")).toBe("2028-02-29");
    expect(daysBetween("2026-10-30", "2026-11-01")).toEqual(["2026-10-30", "2026-10-31", "2026-11-01"]);
    expect(daysBetween("2026-11-01", "2026-10-30")).toEqual([]);
  });
});

describe("zones", () => {
  test("a clock change splits a period into fixed offsets, at the second", () => {
    const { start, end } = instantsOf("America/New_York", "2026-11-01", "2026-11-01");
    expect(end - start).toBe(25 * 3_600_000);
    expect(zoneSegments("America/New_York", start, end)).toEqual([
      { from: start, to: Date.parse("2026-11-01T06:00:00Z"), offsetMs: -4 * 3_600_000 },
      { from: Date.parse("2026-11-01T06:00:00Z"), to: end, offsetMs: -5 * 3_600_000 },
    ]);
  });
  test("a day whose midnight does not exist begins at its first instant", () => {
    // Beirut sprang forward at midnight on 29 March 2026.
    const { start } = instantsOf("Asia/Beirut", "2026-03-29", "2026-03-29");
    expect(new Date(start).toISOString()).toBe("2026-03-28T22:00:00.000Z");
    expect(localDay("Asia/Beirut", start)).toBe("2026-03-29");
  });
  test.each([
    ["Asia/Kolkata", true],
    ["UTC", true],
    ["+05:30", false],
    ["Mars/Base", false],
    ["", false],
  ])("%s is a zone: %s", (zone, expected) => {
    expect(isZone(zone)).toBe(expected);
  });
});

describe("periods", () => {
  test("the previous period has the same length and ends the day before", () => {
    expect(previousPeriod({ from: "2026-10-01", to: "2026-10-31", tz: "UTC" })).toEqual({ from: "2026-08-31", to: "2026-09-30", tz: "UTC" });
  });
  test("a local period rests on the UTC days that it touches", () => {
    expect(utcDaysOf({ from: "2026-10-02", to: "2026-10-02", tz: "Asia/Kolkata" })).toEqual(["2026-10-01", "2026-10-02"]);
    expect(utcDaysOf({ from: "2026-10-02", to: "2026-10-02", tz: "UTC" })).toEqual(["2026-10-02"]);
  });
  test("presets include both ends", () => {
    expect(presets["7d"].of("2026-11-25")).toEqual({ from: "2026-11-18", to: "2026-11-24" });
    expect(presets["last-month"].of("2026-03-31")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(defaultPeriod("2026-11-25")).toEqual({ from: "2026-10-26", to: "2026-11-24" });
  });
});
