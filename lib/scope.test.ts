import fc from "fast-check";
import { expect, test } from "vitest";
import { both, everything, isLimited, isWithin, type Limits, limitsInWords, type Scope } from "./scope";

const some = (...names: string[]) => fc.option(fc.subarray(names), { nil: undefined });
const limits: fc.Arbitrary<Limits> = fc.record({ accounts: some("a", "b"), rooms: some("r1", "r2", "r3"), tags: some("x", "y") });
const scope: fc.Arbitrary<Scope> = fc.record({ limits, masked: fc.boolean() });

/** Every kind of call that there can be. A room has one tag at most. */
const calls = ["a", "b"].flatMap((account) =>
  ["r1", "r2", "r3", "r4"].flatMap((room) => ["x", "y", null].map((tag) => ({ account, room, tag: room === "r4" ? null : tag }))),
);

/** What a scope says, in plain words of the language. */
function sees({ limits: own, also = [] }: Scope, { account, room, tag }: (typeof calls)[number]): boolean {
  const inPlaces = ({ rooms, tags }: Limits) => (!rooms && !tags) || rooms?.includes(room) || (tag !== null && tags?.includes(tag)) || false;
  return (!own.accounts || own.accounts.includes(account)) && inPlaces(own) && also.every(inPlaces);
}

test("what two scopes, or three, both let see is what each of them lets see, and hidden where one hides", () => {
  fc.assert(
    fc.property(scope, scope, scope, (one, other, third) => {
      const all = both(both(one, other), third);
      for (const call of calls) expect(sees(all, call)).toBe(sees(one, call) && sees(other, call) && sees(third, call));
      expect(all.masked).toBe(one.masked || other.masked || third.masked);
      expect(isLimited(all)).toBe(isLimited(one) || isLimited(other) || isLimited(third));
    }),
  );
});

test("a scope that is said to lie within another shows no call that the other does not", () => {
  fc.assert(
    fc.property(scope, scope, (one, other) => {
      if (isWithin(one, other)) for (const call of calls) expect(!sees(one, call) || sees(other, call)).toBe(true);
      expect(isWithin(both(one, other), one)).toBe(true);
      expect(isWithin(one, everything)).toBe(true);
    }),
  );
});

test("rooms of one and tags of another stay two conditions, and are told as such", () => {
  const one: Scope = { limits: { rooms: ["r1", "r2"] }, masked: false };
  const other: Scope = { limits: { tags: ["x"] }, masked: false };
  expect(both(one, other)).toEqual({ limits: { rooms: ["r1", "r2"] }, also: [{ tags: ["x"] }], masked: false });
  expect(limitsInWords(both(one, other))).toBe("rooms r1, r2; and of these only: room tags x");
  expect(both(one, { limits: { rooms: ["r2"] }, masked: true })).toEqual({ limits: { rooms: ["r2"] }, masked: true });
  expect(both(one, one)).toEqual(one);
});
