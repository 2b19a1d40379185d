import type { RateCardInput } from "../lib/rates";

/** A rate card for every call at 0.40 a minute, without any extras; a test says what is different. */
export const rateCard = (more: Partial<RateCardInput> = {}): RateCardInput => ({
  name: "All",
  currency: "INR",
  perMinute: "0.4",
  perScreenMinute: "0",
  perPublishedMinute: "0",
  validFrom: "2026-01-01",
  validTo: null,
  conditions: {},
  includedMinutes: 0,
  minimumCharge: "0",
  tiers: [],
  taxName: null,
  taxPercent: "0",
  ...more,
});
