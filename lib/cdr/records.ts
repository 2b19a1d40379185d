import { badInput, clean } from "../error";
import type { Call } from "./call";
import { normalise } from "./normalise";
import { type ReadRecord, readRecord } from "./record-text";

const longDigits = /\d{16}/;
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whole numbers with more digits than a number of JavaScript holds, as texts: ids that differ in the last digit stay different. */
function withLongNumbersAsTexts(json: string): string {
  if (!longDigits.test(json)) return json;
  return json.replace(textOrNumber, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}

/** A record text as a call, or why it can be none. A key that stands twice counts as it stands last. */
export function checkRecord(raw: string): { call: Call } | { reason: string } {
  let record: unknown;
  try {
    record = JSON.parse(withLongNumbersAsTexts(raw));
  } catch {
    return { reason: "not JSON" };
  }
  return normalise(record);
}

const mostLineBytes = 16 * 1024 * 1024;

/** The records of an NDJSON file, line by line. Blank lines are passed over. Error: `bad_input` on `file`, naming a line that is no JSON. */
export async function* ndjsonRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRecord[], void, undefined> {
  let line = 0;
  const read = (bytes: Buffer): ReadRecord[] => {
    line++;
    const text = bytes.toString("utf8").trim();
    if (text === "") return [];
    try {
      JSON.parse(text);
    } catch {
      throw badInput("file", `line ${line} is broken JSON, starting with "${clean(text.slice(0, 60))}"`);
    }
    return [readRecord(Buffer.from(text))];
  };
  const begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    const data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const records: ReadRecord[] = [];
    let from = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
      records.push(...read(Buffer.concat([...begun.splice(0), data.subarray(from, end)])));
      begunBytes = 0;
      from = end + 1;
    }
    if (from < data.length) {
      begun.push(Buffer.from(data.subarray(from)));
      begunBytes += data.length - from;
      if (begunBytes > mostLineBytes) throw badInput("file", `line ${line + 1} is longer than 16 MB`);
    }
    yield records;
  }
  yield read(Buffer.concat(begun));
}
