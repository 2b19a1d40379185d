import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invoiceOf } from "./invoice";

/** Amounts once more in whole numbers: rates in millionths, money in millionths of the minor unit's hundredth. */
const millionths = (text: string): bigint => {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, "0"));
};
/** Rounds a number of 10⁻ⁿ to hundredths, half up. */
const paise = (value: bigint, decimals: number): bigint => {
  const unit = 10n ** BigInt(decimals - 2);
  return (value + unit / 2n) / unit;
};
const rupees = (amount: bigint) => `${amount / 100n}.${String(amount % 100n).padStart(2, "0")}`;

const rate = fc.integer({ min: 0, max: 9_999_999 }).map((millionth) => `${Math.floor(millionth / 1e6)}.${String(millionth % 1e6).padStart(6, "0")}`);

describe("an invoice", () => {
  test("10,000 random cards and months agree with whole-number arithmetic to the last paisa", () => {
    fc.assert(
      fc.property(
        fc.record({
          perMinute: rate,
          perScreenMinute: rate,
          perPublishedMinute: rate,
          includedMinutes: fc.integer({ min: 0, max: 5_000 }),
          minimumCharge: fc.integer({ min: 0, max: 3_000_000 }).map((paisa) => rupees(BigInt(paisa))),
          tiers: fc.uniqueArray(fc.record({ above: fc.integer({ min: 1, max: 200_000 }), perMinute: rate }), { maxLength: 3, selector: ({ above }) => above }),
          taxPercent: fc.integer({ min: 0, max: 2_800 }).map((hundredth) => (hundredth / 100).toFixed(2)),
        }),
        fc.integer({ min: 0, max: 400_000 }),
        fc.integer({ min: 0, max: 9_000_000 }),
        fc.integer({ min: 0, max: 9_000_000 }),
        (card, minutes, screen, published) => {
          const usage = { minutes: String(minutes), screenSeconds: String(screen), publishedSeconds: String(published) };
          const found = invoiceOf({ ...card, currency: "INR", taxName: "GST" }, usage);
          // Written out again: what is charged, cut at each mark, every line rounded by itself.
          const charged = Math.max(0, minutes - card.includedMinutes);
          const marks = [{ above: 0, perMinute: card.perMinute }, ...[...card.tiers].sort((a, b) => a.above - b.above)];
          let net = 0n;
          for (let index = 0; index < marks.length; index++) {
            const { above, perMinute } = marks[index] as { above: number; perMinute: string };
            const end = marks[index + 1]?.above ?? Number.POSITIVE_INFINITY;
            const inBand = Math.max(0, Math.min(charged, end) - above);
            net += paise(BigInt(inBand) * millionths(perMinute), 6);
          }
          for (const [seconds, perMinute] of [
            [screen, card.perScreenMinute],
            [published, card.perPublishedMinute],
          ] as const) {
            // Sixtieths of a millionth: half up on them is half up on the quotient.
            const sixtieths = BigInt(seconds) * millionths(perMinute);
            net += (sixtieths + 300_000n) / 600_000n;
          }
          const least = paise(millionths(card.minimumCharge), 6);
          if (net < least) net = least;
          const tax = paise(net * millionths(card.taxPercent) * 10_000n, 14);
          expect(found).toMatchObject({ net: rupees(net), tax: rupees(tax), total: rupees(net + tax) });
          const sum = found.lines.reduce((all, { amount }) => all + BigInt(amount.replace(".", "")), 0n);
          expect(rupees(sum)).toBe(found.total);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test("currencies have their own minor unit", () => {
    const card = {
      perMinute: "1.2345",
      perScreenMinute: "0",
      perPublishedMinute: "0",
      includedMinutes: 0,
      minimumCharge: "0",
      tiers: [],
      taxName: null,
      taxPercent: "0",
    };
    const usage = { minutes: "1", screenSeconds: "0", publishedSeconds: "0" };
    expect(invoiceOf({ ...card, currency: "JPY" }, usage).total).toBe("1");
    expect(invoiceOf({ ...card, currency: "KWD" }, usage).total).toBe("1.235");
    expect(invoiceOf({ ...card, currency: "INR" }, usage).total).toBe("1.23");
  });

  test("one tax is reckoned as one, not as two halves that round apart: 18 % of 100.05 is 18.01", () => {
    const card = {
      perMinute: "100.05",
      perScreenMinute: "0",
      perPublishedMinute: "0",
      includedMinutes: 0,
      minimumCharge: "0",
      tiers: [],
      taxName: "GST",
      taxPercent: "18",
    };
    expect(invoiceOf({ ...card, currency: "INR" }, { minutes: "1", screenSeconds: "0", publishedSeconds: "0" })).toMatchObject({
      tax: "18.01",
      total: "118.06",
    });
  });
});
