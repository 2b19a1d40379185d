import { fields } from "./fields";
import { at, mostTextLength } from "./normalise";
import { repeatsKey, scanRecord, seen } from "./scan";

/** The text of one record, with what is known of it. */
export interface ReadRecord {
  /** UTF-8. Of a record that is far too long only the beginning. */
  text: Uint8Array;
  /**
   * True when a parser of an engine's own reads it as `normalise` does: no object has a key twice, and texts stand where
   * texts belong, numbers where numbers do. That it is JSON is left to the engine, but for what engines take beyond JSON.
   */
  isPlain: boolean;
  /** Why it can be no call, where that is seen without parsing it. */
  reason?: string;
}

/** Records on their way into a store. A bare text is looked at there. */
export type RecordText = Uint8Array | ReadRecord;

/** A record's text, without what is known of it. */
export const textOf = (record: RecordText): Uint8Array => (record instanceof Uint8Array ? record : record.text);

/** Deeper records are no CDRs, and bring recursive readers down. */
const mostDepth = 500;

/** Records have a few dozen shapes. Of each it is found out once, by parsing, whether it is plain. Emptied when full: a hostile feed has millions. */
const shapes = new Map<number, boolean>();
const mostShapes = 20_000;

/** Looks at one whole record. */
export function readRecord(text: Uint8Array): ReadRecord {
  return scanRecord(text, 0) === text.length ? readScanned(text) : { text, isPlain: false };
}

/** The same for a record that was scanned just now. */
export function readScanned(text: Uint8Array): ReadRecord {
  if (seen.hasControl) return { text, isPlain: false, reason: "not JSON: a control character stands in a text" };
  if (seen.depth > mostDepth) return { text, isPlain: false, reason: `nested more than ${mostDepth} levels deep` };
  if (seen.isOdd || seen.longest > mostTextLength) return { text, isPlain: false };
  const known = shapes.get(seen.shape);
  if (known !== undefined) return { text, isPlain: known };
  const isPlain = isPlainShape(Buffer.from(text).toString("utf8"));
  if (isPlain === null) return { text, isPlain: false };
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(seen.shape, isPlain);
  return { text, isPlain };
}

const textPaths = ["cdr_id", "trans_date", "stats_quality.call_quality", ...pathsOf("text", "instant", "rated")];
const numberPaths = pathsOf("amount", "measurement");
const flagPaths = pathsOf("flag");

function pathsOf(...kinds: string[]): string[] {
  return Object.values(fields).flatMap(({ kind, paths }) => (kinds.includes(kind) ? paths : []));
}

/** Null for what is no JSON: it says nothing of others of its shape. */
function isPlainShape(text: string): boolean | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof record !== "object" || record === null || Array.isArray(record) || repeatsKey(text)) return false;
  const all = (paths: string[], ...types: string[]) => paths.every((path) => types.includes(typeof (at(record as Record<string, unknown>, path) ?? undefined)));
  return all(textPaths, "string", "undefined") && all(numberPaths, "number", "undefined") && all(flagPaths, "boolean", "string", "undefined");
}
