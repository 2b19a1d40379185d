import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";

/** What an answer may carry that no contract foresees, one at a time: in one of its records, or around all of them. */
export const oddKinds = [
  "NaN",
  "Infinity",
  "U+0000 in a text",
  "a bare U+0000",
  "a lone surrogate",
  "bytes that are no UTF-8",
  "a byte order mark",
  "UTF-16",
  "gzip without its header",
  "duplicate keys",
  "a number of 400 digits",
  "nesting of 100,000",
  "a record of 200 MB",
  "a comma too many",
  "garbage after its end",
  "NDJSON",
] as const;
export type OddKind = (typeof oddKinds)[number];

/** A record that is odd, of a day; in pieces, for it may be large. */
function* oddRecord(kind: OddKind, day: string): Generator<string | Buffer> {
  const head = `{"cdr_id":"odd","trans_date":"${day}T12:00:00.000Z","conf_num":"odd","usage":{"connect_minutes_cal":`;
  const whole = `${head}7}`;
  switch (kind) {
    case "NaN":
    case "Infinity":
      return yield `${head}${kind}}}`;
    case "U+0000 in a text":
      return yield `${whole},"user":{"name":"a\\u0000b"}}`;
    case "a bare U+0000":
      return yield `${whole},"user":{"name":"a\u0000b"}}`;
    case "a lone surrogate":
      return yield `${whole},"user":{"name":"a\\ud83db"}}`;
    case "bytes that are no UTF-8":
      return yield Buffer.concat([Buffer.from(`${whole},"user":{"name":"`), Buffer.from([0x61, 0xff, 0xc3]), Buffer.from('"}}')]);
    case "duplicate keys":
      return yield `${head}3},"usage":{"connect_minutes_cal":5,"connect_minutes_cal":7}}`;
    case "a number of 400 digits":
      return yield `${whole},"call_num":${"9".repeat(400)}}`;
    case "nesting of 100,000":
      return yield `${whole},"deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    case "a record of 200 MB": {
      yield `${whole},"long":"`;
      const part = Buffer.alloc(1024 * 1024, "x");
      for (let megabytes = 0; megabytes < 200; megabytes++) yield part;
      return yield '"}';
    }
    case "a comma too many":
      return yield `${whole},}`;
  }
}

const inList: OddKind[] = ["a byte order mark", "UTF-16", "gzip without its header", "garbage after its end", "NDJSON"];

/** Answers good records with something odd, of a day, among or around them. */
export async function answerOddly(response: ServerResponse, kind: OddKind, day: string, records: string[]): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  const answer = `{"result":"0","cdr":[${records.join(",")}]}`;
  function* parts(): Generator<string | Buffer> {
    switch (kind) {
      case "a byte order mark":
        return yield `\uFEFF${answer}`;
      case "UTF-16":
        return yield Buffer.from(`\uFEFF${answer}`, "utf16le");
      case "gzip without its header":
        return yield gzipSync(answer);
      case "garbage after its end":
        return yield `${answer}<html>`;
      case "NDJSON":
        return yield records.join("\n");
    }
    yield '{"result":"0","cdr":[';
    for (const record of records.slice(0, 2)) yield `${record},`;
    yield* oddRecord(kind, day);
    for (const record of records.slice(2)) yield `,${record}`;
    yield "]}";
  }
  await pipeline(Readable.from(parts(), { objectMode: false }), response);
}

/** Whether the odd thing is a record, so that the records beside it are to be kept. */
export const isRecord = (kind: OddKind) => !inList.includes(kind);
