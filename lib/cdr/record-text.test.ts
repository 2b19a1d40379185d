import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { readRecord } from "./record-text";
import { checkRecord } from "./records";
import { repeatsKey, scanRecord, seen } from "./scan";

const read = (text: string) => readRecord(Buffer.from(text));
const good = '"cdr_id":"a","trans_date":"2026-10-14T11:02:10.123Z"';
const usage = (inner: string) => `{${good},"usage":{${inner}}}`;

describe("looking over a record", () => {
  test("finds its end wherever it begins and however it is written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.boolean(), (value, before, pretty) => {
        const record = JSON.stringify({ value }, null, pretty ? 2 : 0);
        const from = Buffer.byteLength(before);
        const data = Buffer.from(`${before}${record},{"next":1}`);
        expect(scanRecord(data, from)).toBe(from + Buffer.byteLength(record));
        for (let cut = from; cut < from + Buffer.byteLength(record); cut++) expect(scanRecord(data.subarray(0, cut), from)).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });

  test("the records of a feed are plain, and have few shapes", () => {
    const shapes = new Set<number>();
    for (const record of new Feed({ ...defaultFeed, seed: "shapes", callsPerDay: 500, dirt: 0 }).loggedOn("2026-10-14")) {
      const { "~day": _, ...rest } = record;
      expect(read(JSON.stringify(rest)).isPlain).toBe(true);
      expect(read(JSON.stringify(rest, null, 1)).isPlain).toBe(true);
      shapes.add(seen.shape);
    }
    expect(shapes.size).toBeLessThan(200);
  });

  test.each([
    ["a key that stands twice", usage('"connect_minutes_cal":30,"connect_minutes_cal":99')],
    ["a key that stands twice, once with escapes", usage('"connect_minutes_cal":30,"connect\\u005fminutes_cal":99')],
    ["the identity twice", `{"cdr_id":"b",${good}}`],
    ["a comma at the end of an object", `{${good},}`],
    ["a comma and a space at the end of a list", `{${good},"x":[1 , ]}`],
    ["NaN", `{${good},"extra":NaN}`],
    ["nan", `{${good},"extra":[nan]}`],
    ["Infinity", `{${good},"extra":-Infinity}`],
    ["a comment", `{${good}/* */}`],
    ["a number where a text belongs", `{"cdr_id":1.0,"trans_date":"2026-10-14T11:02:10.123Z"}`],
    ["a text where a number belongs", usage('"connect_minutes_cal":"1_000"')],
    ["a number where a flag belongs", `{${good},"sip":1.0}`],
    ["a group where a text belongs", `{${good},"user":{"name":{"first":"x"}}}`],
    ["a text of more than 2,000 bytes", `{${good},"x":"${"y".repeat(2_001)}"}`],
    ["no object", "[1]"],
  ])("%s is not plain", (_, text) => {
    expect(read(text)).toMatchObject({ isPlain: false });
    expect(read(text).reason).toBeUndefined();
    // Nor is it once its shape was seen without.
    expect(read(text).isPlain).toBe(false);
  });

  test("one record that is no JSON does not count against others of its shape", () => {
    expect(read(`{${good},"escape":"\\x"}`).isPlain).toBe(false);
    expect(read(`{${good},"escape":"fine"}`).isPlain).toBe(true);
  });

  test("a control character in a text, and nesting without end, are told at once", () => {
    expect(read(`{${good},"x":"a\nb"}`).reason).toMatch(/control character/);
    expect(read(`{${good},"x":"a\u0000b"}`).reason).toMatch(/control character/);
    expect(read(`{${good},"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`).reason).toMatch(/nested/);
    expect(read(`{${good},"x":${"[".repeat(400)}${"]".repeat(400)}}`).reason).toBeUndefined();
  });

  test("keys are compared within one object", () => {
    expect(repeatsKey('{"a":{"b":1},"c":[{"b":1},{"b":2}],"d":"a:b"}')).toBe(false);
    expect(repeatsKey('{"a":"\\"b\\":","b":1 , "b" :2}')).toBe(true);
  });
});

describe("reading what is not plain", () => {
  const call = (text: string) => {
    const outcome = checkRecord(text);
    if (!("call" in outcome)) throw new Error(outcome.reason);
    return outcome.call;
  };

  test("of a key that stands twice the last counts, as in the raw record", () => {
    expect(call(usage('"connect_minutes_cal":30,"connect_minutes_cal":99')).billed_minutes).toBe(99);
  });

  test("ids of more digits than a number holds stay different", () => {
    const ids = ["12345678901234567890", "12345678901234567891"].map((id) => call(`{"cdr_id":${id},"trans_date":"2026-10-14T11:02:10Z"}`).call_id);
    expect(ids).toEqual(["12345678901234567890", "12345678901234567891"]);
    expect(call(`{${good},"user":{"ref":98765432109876543210,"name":"a: 1234567890123456789, \\"b\\""}}`)).toMatchObject({
      person: "98765432109876543210",
      user_name: 'a: 1234567890123456789, "b"',
    });
    expect(call(usage('"connect_minutes":0.12345678901234567890')).connect_seconds).toBeCloseTo(0.123456789, 9);
  });

  test.each([
    [`{${good},"extra":NaN}`, "not JSON"],
    [`{${good},}`, "not JSON"],
    [usage(`"connect_minutes_cal":${"9".repeat(400)}`), "usage.connect_minutes_cal is not finite"],
    ["nope", "not JSON"],
  ])("%s is rejected: %s", (text, reason) => {
    expect(checkRecord(text)).toEqual({ reason });
  });
});
