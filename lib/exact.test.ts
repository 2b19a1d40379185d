import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exactSum } from "./exact";

test("numbers of six decimals add up to what decimals add up to", () => {
  const amount = fc.integer({ min: -1_000_000_000_000_000, max: 1_000_000_000_000_000 }).map((millionths) => millionths / 1e6);
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 200 }), (values) => {
      expect(exactSum(values)).toBe(Number(values.reduce((sum, value) => sum.plus(value.toFixed(6)), new Big(0))));
    }),
  );
  expect(exactSum([0.1, 0.2])).toBe(0.3);
  expect(exactSum([])).toBe(0);
});
