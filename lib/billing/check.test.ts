import { expect, test } from "vitest";
import { checkBilling } from "./check";

test.each([
  [1, 1, "matches", 1, 0],
  [60, 1, "matches", 1, 0],
  [59.999, 1, "matches", 1, 0],
  [60.001, 2, "matches", 2, 0],
  [60.001, 1, "under", 2, -1],
  [59.999, 2, "over", 1, 1],
  [60.01, 2, "matches", 2, 0],
  [61, 1, "under", 2, -1],
  [0, 0, "matches", 0, 0],
  [0, 1, "over", 0, 1],
  [3012, 52, "over", 51, 1],
  [60, null, "unbilled", 1, 0],
  [null, 4, "unchecked", null, 0],
] as const)("%s connected seconds billed as %s minutes: %s", (connect_seconds, billed_minutes, verdict, expected, difference) => {
  expect(checkBilling({ billed_minutes, connect_seconds })).toEqual({ verdict, expected, difference });
});
