import { cdrEnvelope, errorBody } from "./contract";
import { CdrFault } from "./fault";
import { type ReadRecord, readRecord, readScanned } from "./record-text";
import { scanRecord } from "./scan";

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/** Outside of texts: 1 begins a text, 2 opens, 3 closes. */
const structure = new Uint8Array(256);
structure[QUOTE] = 1;
structure[OPEN_OBJECT] = structure[OPEN_LIST] = 2;
structure[CLOSE_OBJECT] = structure[CLOSE_LIST] = 3;

/** Within texts: the bytes that are not passed over. */
const endsText = new Uint8Array(256);
endsText[QUOTE] = endsText[BACKSLASH] = 1;

const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9;

const mostRecordBytes = 16 * 1024 * 1024;
/** So much is kept of a record that is far too long: what the list of rejected records shows of it. */
const longHeadBytes = 16 * 1024;
const mostEnvelopeBytes = 1024 * 1024;

/**
 * Reads one answer of the CDR API as it arrives and gives out the raw text of each record, so that an answer of any size
 * needs the memory of one record. The API has no paging: a busy day is one document of hundreds of megabytes.
 *
 * Everything around the records is kept as a small document (`{"result":"0","cdr":[]}`) and checked by `finish`.
 */
export class AnswerReader {
  private envelope = "";
  private inRecords = false;
  /** Within the records: whether a comma or the end must come next. */
  private afterRecord = false;
  private afterComma = false;
  /** The pieces of a record that is not complete yet; `depth`, `inText` and `escaped` say where the scan of it stands. */
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private depth = 0;
  private inText = false;
  private escaped = false;
  bytes = 0;

  /** Takes the next bytes; returns the records that they complete, whose texts share the chunk's memory. */
  push(chunk: Uint8Array): ReadRecord[] {
    if (this.bytes === 0) checkEncoding(chunk);
    this.bytes += chunk.length;
    const records: ReadRecord[] = [];
    const data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = 0;
    while (at < data.length) {
      at = this.inRecords ? this.readRecords(data, at, records) : this.readEnvelope(data, at);
    }
    return records;
  }

  /** Bytes outside the records, up to the `[` of `cdr` or the end of the chunk. */
  private readEnvelope(data: Buffer, from: number): number {
    for (let at = from; at < data.length; at++) {
      const byte = data[at] as number;
      if (this.inText) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inText = false;
      } else if (byte === QUOTE) this.inText = true;
      else if (byte === OPEN_OBJECT) this.depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.depth--;
      else if (byte === OPEN_LIST) {
        if (this.depth === 1) {
          const text = this.envelope + data.toString("utf8", from, at);
          if (/"cdr"\s*:\s*$/.test(text)) {
            this.envelope = `${text}[`;
            this.inRecords = true;
            this.afterRecord = false;
            this.afterComma = false;
            return at + 1;
          }
        }
        this.depth++;
      }
    }
    this.envelope += data.toString("utf8", from);
    this.checkStart();
    if (this.envelope.length > mostEnvelopeBytes) throw broken(this.envelope, "no list of records in its first megabyte");
    return data.length;
  }

  /** Records up to the `]` that ends them or the end of the chunk; an unfinished one is kept for the next chunk. */
  private readRecords(data: Buffer, from: number, records: ReadRecord[]): number {
    let at = from;
    while (at < data.length) {
      if (this.begun.length === 0) {
        const byte = data[at] as number;
        if (isSpace(byte)) {
          at++;
          continue;
        }
        if (byte === CLOSE_LIST) {
          if (this.afterComma) throw new CdrFault("not_cdr", "The answer is broken JSON: a comma with no record after it.");
          this.inRecords = false;
          // The `]` itself is read as part of the envelope: one object and one list are open.
          this.depth = 2;
          return at;
        }
        if (byte === COMMA) {
          if (!this.afterRecord) throw new CdrFault("not_cdr", "The answer is broken JSON: a comma with no record before it.");
          this.afterRecord = false;
          this.afterComma = true;
          at++;
          continue;
        }
        if (this.afterRecord) throw new CdrFault("not_cdr", "The answer is broken JSON: two records with no comma between them.");
        this.depth = 0;
      }
      const whole = this.begun.length === 0 && isDeep(data[at]) ? scanRecord(data, at) : -1;
      if (whole > 0) {
        records.push(readScanned(data.subarray(at, whole)));
        at = this.recordRead(whole);
        continue;
      }
      const end = this.endOfRecord(data, at);
      if (end === at && this.begun.length === 0) throw new CdrFault("not_cdr", "The answer is broken JSON: no record where one belongs.");
      const piece = data.subarray(at, end < 0 ? data.length : end);
      this.begunBytes += piece.length;
      const isLong = this.begunBytes > mostRecordBytes;
      if (!isLong) this.begun.push(piece);
      else this.begun = [Buffer.from(Buffer.concat(this.begun).subarray(0, longHeadBytes))];
      if (end < 0) return data.length;
      records.push(isLong ? tooLong(this.begun) : readRecord(this.begun.length > 1 ? Buffer.concat(this.begun) : piece));
      this.begun = [];
      this.begunBytes = 0;
      at = this.recordRead(end);
    }
    return at;
  }

  private recordRead(end: number): number {
    this.afterRecord = true;
    this.afterComma = false;
    return end;
  }

  /**
   * Where the record that goes on beyond a chunk, and starts or goes on at `start`, ends (exclusive); or -1.
   */
  private endOfRecord(data: Buffer, start: number): number {
    const first = this.begun[0]?.[0] ?? data[start];
    if (!isDeep(first)) return this.endOfBare(data, start);
    let { depth, inText } = this;
    let at = start;
    const length = data.length;
    if (this.escaped && at < length) {
      at++;
      this.escaped = false;
    }
    while (at < length) {
      if (inText) {
        while (at < length && endsText[data[at] as number] === 0) at++;
        if (at === length) break;
        if (data[at++] === QUOTE) {
          inText = false;
          if (depth === 0) return this.recordDone(at);
        } else if (at === length) this.escaped = true;
        else at++;
        continue;
      }
      const kind = structure[data[at++] as number];
      if (kind === 0) continue;
      if (kind === 1) inText = true;
      else if (kind === 2) depth++;
      else if (--depth === 0) return this.recordDone(at);
    }
    this.depth = depth;
    this.inText = inText;
    return -1;
  }

  /** The end of a number or a word that stands where a record belongs. */
  private endOfBare(data: Buffer, start: number): number {
    for (let at = start; at < data.length; at++) {
      const byte = data[at] as number;
      if (byte === COMMA || isSpace(byte) || byte === CLOSE_LIST || byte === CLOSE_OBJECT) return at;
    }
    return -1;
  }

  private recordDone(end: number): number {
    this.depth = 0;
    this.inText = false;
    return end;
  }

  private checkStart(): void {
    const start = this.envelope.replace(/^\uFEFF/, "").trimStart();
    if (start !== "" && start[0] !== "{") throw broken(start);
  }

  /** Checks that the answer is whole and says success. Throws what came otherwise. */
  finish(): void {
    if (this.bytes === 0 || this.envelope.trim() === "") throw new CdrFault("not_cdr", "The answer is empty.");
    this.checkStart();
    if (this.inRecords || this.begun.length > 0) {
      throw new CdrFault("not_cdr", `The answer was cut off after ${this.bytes.toLocaleString("en")} bytes.`);
    }
    const envelope = this.envelope.replace(/^\uFEFF/, "");
    const document = parsed(envelope);
    if (document === undefined) throw moreThanOne(envelope) ?? broken(this.envelope);
    checkEnvelope(document);
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Something after an answer that is whole by itself. */
function moreThanOne(envelope: string): CdrFault | null {
  const end = [...envelope.matchAll(/\}/g)].slice(0, 20).find(({ index }) => parsed(envelope.slice(0, index + 1)) !== undefined);
  if (!end) return null;
  const more = envelope
    .slice(end.index + 1)
    .trim()
    .slice(0, 60)
    .replace(/\s+/g, " ");
  return new CdrFault("not_cdr", `The answer is broken JSON: it goes on after its end, with "${more}".`, { upstream: { status: 200 } });
}

const isDeep = (byte: number | undefined) => byte === OPEN_OBJECT || byte === OPEN_LIST || byte === QUOTE;

const tooLong = (begun: Buffer[]): ReadRecord => ({ text: Buffer.concat(begun), isPlain: false, reason: "longer than 16 MB" });

/** An answer in another encoding than UTF-8 is told by its first bytes; what follows would make no sense of it. */
function checkEncoding(start: Uint8Array): void {
  const [first, second] = start;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || (second === 0 && start.length > 1);
  if (isUtf16) throw new CdrFault("not_cdr", "The answer is text in UTF-16 or UTF-32 in place of UTF-8.", { upstream: { status: 200 } });
}

/** Throws unless the document around the records says success and has a list of records. */
export function checkEnvelope(document: unknown): void {
  const envelope = cdrEnvelope.safeParse(document);
  // The reader takes the records out where it sees `"cdr"`; under an escaped key it would pass them over.
  if (envelope.success && envelope.data.cdr.length > 0) throw new CdrFault("not_cdr", "The answer writes the key `cdr` with escapes.", { final: true });
  if (envelope.success) return;
  const fault = faultOf(document, 200);
  const result = (document as Record<string, unknown> | null)?.result;
  const succeeded = result === "0" || result === 0;
  if (!succeeded && (fault.code !== null || fault.message !== null)) {
    const said = [fault.message, fault.code && `(${fault.code})`].filter(Boolean).join(" ");
    throw new CdrFault("refused", `The CDR API answered with a failure: ${said}`, { upstream: fault });
  }
  throw new CdrFault("not_cdr", succeeded ? "The answer's `cdr` is not a list." : "The answer is JSON, but not an answer of the CDR API.", {
    upstream: { status: 200 },
    final: true,
  });
}

/** Upstream's own words, from either generation of error body. Reads any value; unknown shapes give nulls. */
export function faultOf(body: unknown, status: number) {
  const parsed = errorBody.safeParse(body);
  const data = parsed.success ? parsed.data : {};
  const words = [data.message, data.error, data.desc].find((word) => typeof word === "string" && word !== "");
  const code = data.error_code ?? data.result;
  return {
    status,
    code: code === undefined ? null : String(code).slice(0, 100),
    message: typeof words === "string" ? words.slice(0, 500) : null,
    request_id: data.request_id === undefined ? null : String(data.request_id).slice(0, 200),
  };
}

/** Says what came in place of JSON. Only the kind of content is told, and the start of plain text. */
function broken(came: string, detail = "broken JSON"): CdrFault {
  const start = came.trimStart().slice(0, 60).replace(/\s+/g, " ");
  const what = /^<(!doctype|html|head|body)/i.test(start) ? "HTML in place of JSON" : `${detail}, starting with "${start}"`;
  return new CdrFault("not_cdr", `The answer is ${what}.`, { upstream: { status: 200 } });
}
