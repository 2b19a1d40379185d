import { StringDecoder } from "node:string_decoder";
import { badInput } from "../error";
import type { Call } from "./call";
import { CdrFault } from "./fault";
import { normalise } from "./normalise";

/** One record text, checked. A text that is no JSON means that the whole answer is broken: `not_cdr`. */
export function checkRecord(raw: string): { call: Call } | { reason: string } {
  let record: unknown;
  try {
    record = JSON.parse(raw);
  } catch {
    throw new CdrFault("not_cdr", `The answer holds a record that is broken JSON, starting with "${raw.slice(0, 60)}".`);
  }
  return normalise(record);
}

const mostLineBytes = 16 * 1024 * 1024;

/** The record texts of an NDJSON file, line by line. Blank lines are passed over. */
export async function* ndjsonRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer[], void, undefined> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const records = (lines: string[]) => lines.filter((line) => line.trim() !== "").map((line) => Buffer.from(line.trim()));
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split("\n");
    rest = lines.pop() as string;
    if (rest.length > mostLineBytes) throw badInput("file", "a line is longer than 16 MB");
    yield records(lines);
  }
  yield records([rest + decoder.end()]);
}
