import { describe, expect, test } from "vitest";
import { bucketStates, type Loaded, whyNotCompared } from "./known";

const meta = (more: Partial<Loaded>): Loaded => ({
  from: "2026-10-01",
  to: "2026-10-31",
  tz: "UTC",
  missingDays: [],
  partialDays: [],
  comingDays: [],
  ...more,
});

describe("what is known of days, weeks and months", () => {
  const told = (more: Partial<Loaded>, by: "hour" | "day" | "week" | "month", ...buckets: string[]) =>
    buckets.map((bucket) => bucketStates(meta(more), buckets, by).get(bucket) ?? "final");

  test("nothing is said of what is loaded and final", () => {
    expect(bucketStates(meta({}), ["2026-10-01"], "day").size).toBe(0);
    expect(bucketStates(undefined, ["2026-10-01"], "day").size).toBe(0);
  });

  test("a day is what its UTC days are", () => {
    const more = { missingDays: ["2026-10-02"], partialDays: ["2026-10-03"], comingDays: ["2026-10-04"] };
    expect(told(more, "day", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04")).toEqual(["final", "missing", "partial", "coming"]);
    expect(told(more, "hour", "2026-10-02T23:00", "2026-10-03T00:00")).toEqual(["missing", "partial"]);
  });

  test("a local day rests on two UTC days: one that is missing makes it missing", () => {
    const more = { tz: "Asia/Kolkata", missingDays: ["2026-10-02"], comingDays: ["2026-10-05"] };
    expect(told(more, "day", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05")).toEqual(["missing", "missing", "final", "partial"]);
  });

  test("a week or month of which a part is missing may still change; one of which all is missing is missing", () => {
    const more = { missingDays: ["2026-10-05", "2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15", "2026-10-16", "2026-10-17", "2026-10-18"] };
    expect(told(more, "week", "2026-09-28", "2026-10-05", "2026-10-12")).toEqual(["final", "partial", "missing"]);
    expect(told(more, "month", "2026-10")).toEqual(["partial"]);
  });

  test("of a bucket at the edge only the days within the period count", () => {
    expect(told({ from: "2026-10-08", missingDays: ["2026-10-05"] }, "week", "2026-10-05")).toEqual(["final"]);
  });
});

test.each([
  [{}, {}, null],
  [{ missingDays: ["2026-10-02"] }, {}, "a day of the period is not loaded"],
  [{}, { missingDays: ["2026-09-02", "2026-09-03"] }, "2 days that it would be compared with are not loaded"],
  [{ comingDays: ["2026-10-30", "2026-10-31"] }, {}, "2 days of the period are still to come"],
  [{ partialDays: ["2026-10-31"] }, {}, null],
])("periods of %o and %o: %s", (now, before, why) => {
  expect(whyNotCompared(meta(now), meta(before))).toBe(why);
});
