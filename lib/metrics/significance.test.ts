import fc from "fast-check";
import { expect, test } from "vitest";
import { chanceOfSoMany, logFactorial, standOut } from "./significance";

function factorial(n: number): bigint {
  let product = 1n;
  for (let k = 2n; k <= BigInt(n); k++) product *= k;
  return product;
}
const choose = (n: number, k: number) => (k < 0 || k > n ? 0n : factorial(n) / (factorial(k) * factorial(n - k)));

/** The same chance in whole numbers: every way to deal the bad calls, counted. */
function counted(bad: number, rated: number, allBad: number, allRated: number): number {
  let ways = 0n;
  for (let k = bad; k <= Math.min(rated, allBad); k++) ways += choose(allBad, k) * choose(allRated - allBad, rated - k);
  return Number((ways * 10n ** 18n) / choose(allRated, rated)) / 1e18;
}

test("the chance is that of counting every deal in whole numbers", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(), fc.nat(), fc.nat(), (allRated, a, b, c) => {
      const rated = 1 + (a % allRated);
      const allBad = b % (allRated + 1);
      const bad = c % (Math.min(rated, allBad) + 1);
      if (bad < rated + allBad - allRated) return;
      const found = chanceOfSoMany(bad, rated, allBad, allRated);
      if (bad * allRated <= rated * allBad) expect(found).toBe(1);
      else expect(found).toBeCloseTo(counted(bad, rated, allBad, allRated), 9);
    }),
  );
});

test("the logarithm of a factorial agrees with its digits, also where the series takes over", () => {
  for (const n of [0, 1, 5, 31, 32, 40, 100, 170]) {
    const digits = factorial(n).toString();
    const exact = Math.log(Number(digits.slice(0, 15))) + Math.log(10) * (digits.length - Math.min(15, digits.length));
    expect(logFactorial(n)).toBeCloseTo(exact, 9);
  }
});

test("large counts stay between nothing and one", () => {
  expect(chanceOfSoMany(900, 10_000, 50_000, 1_000_000)).toBeLessThan(1e-50);
  expect(chanceOfSoMany(501, 10_000, 50_000, 1_000_000)).toBeGreaterThan(0.4);
  expect(chanceOfSoMany(5, 5, 5, 5)).toBe(1);
});

test("five bad calls of many groups do not stand out, one clear group does", () => {
  const chances = [...Array.from({ length: 99 }, (_, index) => (index + 1) / 100), 1e-8];
  expect(standOut(chances)).toEqual([...Array.from({ length: 99 }, () => false), true]);
  expect(standOut([])).toEqual([]);
});
