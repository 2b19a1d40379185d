import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerReader } from "./answer";
import { CdrFault } from "./fault";

function read(text: string, cut = 1_000_000): string[] {
  const reader = new AnswerReader();
  const bytes = Buffer.from(text);
  const records: string[] = [];
  for (let from = 0; from < bytes.length; from += cut) {
    records.push(...reader.push(bytes.subarray(from, from + cut)).map(({ text }) => Buffer.from(text).toString("utf8")));
  }
  reader.finish();
  return records;
}

describe("reading an answer as it arrives", () => {
  test("gives each record as it came, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 40 }), fc.boolean(), (values, cut, pretty) => {
        const text = JSON.stringify({ result: "0", cdr: values }, null, pretty ? 2 : 0);
        expect(read(text, cut).map((record) => JSON.parse(record))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps quotes, braces, backslashes and line ends within texts", () => {
    const nasty = '{"a":"\\"}],[{\\\\","b":"\\\\"}';
    expect(read(`{"result":0,"cdr":[${nasty},{"c":"},{"}]}`, 3)).toEqual([nasty, '{"c":"},{"}']);
  });

  test("takes `result` before or after the records, and keeps to the top level's `cdr`", () => {
    expect(read('{"meta":{"cdr":[1,2]},"cdr":[{"a":1}],"result":"0"}')).toEqual(['{"a":1}']);
    expect(read('\uFEFF {"result":"0", "cdr" : [ ] } \n')).toEqual([]);
  });

  test.each([
    ["an empty body", "", /empty/],
    ["HTML", "<!DOCTYPE html><html></html>", /HTML in place of JSON/],
    ["a cut answer", '{"result":"0","cdr":[{"a":1},{"b"', /cut off/],
    ["an answer cut between records", '{"result":"0","cdr":[{"a":1},', /cut off/],
    ["a cut end", '{"result":"0","cdr":[{"a":1}]', /broken JSON/],
    ["an escaped key over the records", '{"result":"0","c\\u0064r":[{"a":1},{"b":1}]}', /escapes/],
    ["UTF-16 in place of UTF-8", '{\u0000"\u0000r\u0000', /UTF-16/],
    ["NDJSON", '{"cdr_id":"1"}\n{"cdr_id":"2"}\n', /broken JSON/],
    ["text after the end", '{"result":"0","cdr":[]}x', /broken JSON/],
    ["two commas", '{"result":"0","cdr":[{"a":1},,{"b":1}]}', /comma/],
    ["a comma at the end", '{"result":"0","cdr":[{"a":1},]}', /comma/],
    ["no comma", '{"result":"0","cdr":[{"a":1}{"b":1}]}', /no comma/],
    ["cdr as an object", '{"result":"0","cdr":{"a":[1]}}', /not a list/],
    ["no cdr", '{"result":"0"}', /not a list/],
    ["a bare list", "[1]", /broken JSON|not an answer/],
    ["other JSON", '{"hello":1}', /not an answer/],
    ["a failure in the old form", '{"result":4102,"error":"Date range not allowed"}', /Date range not allowed \(4102\)/],
    ["a failure after records", '{"cdr":[{"a":1}],"result":"1","desc":"partial"}', /partial/],
  ])("%s counts for nothing", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text, 4)).toThrow(CdrFault);
  });
});
