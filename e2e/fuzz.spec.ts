import { expect, test } from "@playwright/test";
import { startFuzzing } from "./fuzz/app";

/** Whatever is asked, by whomever: an answer that says what is wrong, no fault of ours, nothing told that must not be, and memory that stays. */
test("1,000 requests made from the OpenAPI document, hostile texts in every field", async () => {
  const fuzzing = await startFuzzing();
  try {
    const outcome = await fuzzing.run({ requests: 1_000, seed: 14 });
    expect(outcome.findings).toEqual([]);
    expect(outcome.sent).toBe(1_000);
    const [first = 0, , last = 0] = outcome.memory;
    expect(last - first, JSON.stringify(outcome.memory)).toBeLessThan(400);
  } finally {
    await fuzzing.stop();
  }
});
