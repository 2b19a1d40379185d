import { expect, test } from "vitest";
import { periodOf } from "./over-time";

test.each([
  ["2026-02", "2026-02", "month", "2026-12-31", { from: "2026-02-01", to: "2026-02-28" }],
  ["2026-10", "2026-11", "month", "2026-11-15", { from: "2026-10-01", to: "2026-11-15" }],
  ["2026-10-05", "2026-10-12", "week", "2026-12-31", { from: "2026-10-05", to: "2026-10-18" }],
  ["2026-10-05T09:00", "2026-10-05T11:00", "hour", "2026-12-31", { from: "2026-10-05", to: "2026-10-05" }],
  ["2026-10-05", "2026-10-07", "day", "2026-12-31", { from: "2026-10-05", to: "2026-10-07" }],
] as const)("dragging from %s to %s by %s narrows to whole days", (first, last, by, end, expected) => {
  expect(periodOf(first, last, by, end)).toEqual(expected);
});
