import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type ReadRecord, type RecordText, readRecord } from "../cdr";
import { type Placed, packed, type RawWriter } from "./duckdb-raw";

/** The engine's read buffers are as large as the largest line may be, so larger records go another way. */
export const mostPlainBytes = 512 * 1024;

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;

// Planning the statement that reads a slice takes the engine as long as reading some thousand of its records, and every
// commit costs it something too: a third of the time of slices of ten thousand went there. A multiple of `vectorRecords`.
export const sliceRecords = 16_384;
const sliceBytes = 48 * 1024 * 1024;
// The engine takes so many records at once, whatever their size. Where they are large, slices are small.
const vectorRecords = 2048;
const vectorBytes = 16 * 1024 * 1024;
const blockRecords = 256;
const bufferBytes = 1024 * 1024;

/**
 * A part of an answer, on disk as NDJSON lines: `{"n": index, "r": record}` for records that the engine may read, and under
 * `x` for the rest. Its raw records are in the file of the load.
 */
export interface Slice {
  path: string;
  count: number;
  blocks: Placed[];
  /** The raw text of one record, and why it can be no call, where that is known. */
  record(index: number): Promise<{ raw: string; reason?: string | undefined }>;
  discard(): Promise<void>;
}

/**
 * Cuts the records of an answer into slices that the engine reads from disk while the next one is written, so that an
 * answer of any size takes little memory. The files lie in `directory` and are gone after `discard`.
 */
export async function* spool(directory: string, raw: RawWriter, batches: AsyncIterable<RecordText[]>): AsyncGenerator<Slice, void, undefined> {
  let writer: SliceWriter | null = null;
  try {
    for await (const records of batches) {
      // Between two batches everybody else gets a turn: requests, and the engine, which waits for its next statement.
      await setImmediate();
      for (const each of records) {
        writer ??= await SliceWriter.start(directory, raw);
        const record = each instanceof Uint8Array ? readRecord(each) : each;
        const room = writer.room(record.text.length);
        if (room) await room;
        writer.add(record);
        if (writer.isFull) {
          const slice: Slice = await writer.finish();
          writer = null;
          yield slice;
        }
      }
    }
    if (writer) {
      const slice = await writer.finish();
      writer = null;
      yield slice;
    }
  } finally {
    await writer?.abandon();
  }
}

let files = 0;

class SliceWriter {
  count = 0;
  /** Bytes of the records so far. */
  bytes = 0;
  /** Bytes of those before the last few, which the engine takes at once. */
  private bytesBefore = 0;
  private written = 0;
  private readonly lines = new Ring(2, (data) => this.writeLines(data));
  private readonly block = new Ring(2, (data) => this.writeBlock(data));
  private inBlock = 0;
  private readonly blocks: Placed[] = [];
  /** Records that do not stand on their lines: too large for the engine's buffers, or known to be no calls. */
  private readonly apart = new Map<number, { text: Buffer; reason?: string | undefined }>();
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly raw: RawWriter,
  ) {}

  static async start(directory: string, raw: RawWriter): Promise<SliceWriter> {
    const path = join(directory, `load-${process.pid}-${++files}.ndjson`);
    return new SliceWriter(path, await open(path, "w+", 0o600), raw);
  }

  get isFull(): boolean {
    return this.count >= sliceRecords || this.bytes >= sliceBytes || this.bytes - this.bytesBefore >= vectorBytes;
  }

  /** To be awaited, where it is not undefined, before a record of so many bytes is added. */
  room(bytes: number): Promise<unknown> | undefined {
    const waits: Promise<void>[] = [];
    if (!this.lines.fits(bytes + mostAround)) waits.push(this.lines.next());
    if (this.inBlock === blockRecords || !this.block.fits(bytes + 1)) waits.push(this.block.next());
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }

  add({ text: whole, isPlain, reason }: ReadRecord): void {
    // Nobody can ask for the raw record of what is no call: the list of rejected records keeps its text.
    const text = reason === undefined ? oneLine(whole) : nothing;
    const isApart = reason !== undefined || text.length > mostPlainBytes;
    if (isApart) this.apart.set(this.count, { text: Buffer.from(whole), reason });
    this.lines.addText(`{"n":${this.count},"${isPlain ? "r" : "x"}":`);
    this.starts.push(this.written + this.lines.used);
    this.lengths.push(isApart ? nothing.length : text.length);
    this.lines.add(isApart ? nothing : text);
    this.lines.add(lineTail);
    if (this.inBlock > 0) this.block.add(lineEnd);
    this.block.add(text);
    this.inBlock++;
    if (this.count % vectorRecords === 0) this.bytesBefore = this.bytes;
    this.count++;
    this.bytes += text.length;
  }

  private async writeLines(data: Buffer): Promise<void> {
    const position = this.written;
    this.written += data.length;
    await this.file.write(data, 0, data.length, position);
  }

  private async writeBlock(data: Buffer): Promise<void> {
    const count = this.inBlock;
    const first = this.count - count;
    this.inBlock = 0;
    this.blocks.push(await this.raw.write(first, count, await packed(data)));
  }

  async finish(): Promise<Slice> {
    await Promise.all([this.lines.end(), this.block.end()]);
    const { file, path, count, blocks, starts, lengths, apart } = this;
    return {
      path,
      count,
      blocks,
      async record(index) {
        const kept = apart.get(index);
        if (kept) return { raw: kept.text.toString("utf8"), reason: kept.reason };
        const data = Buffer.alloc(lengths[index] as number);
        await file.read(data, 0, data.length, starts[index]);
        return { raw: data.toString("utf8") };
      },
      async discard() {
        await file.close();
        await rm(path, { force: true });
      },
    };
  }

  async abandon(): Promise<void> {
    await Promise.allSettled([this.lines.end(), this.block.end()]);
    await this.file.close();
    await rm(this.path, { force: true });
  }
}

/**
 * Buffers that are filled in turn and handed on when they are full, while the next one is filled. They are used again and
 * again: garbage of this size costs more than all the copying.
 */
class Ring {
  private readonly slots: { buffer: Buffer; busy: Promise<void> }[];
  private at = 0;
  /** Bytes in the buffer that is being filled. */
  used = 0;

  constructor(
    count: number,
    private readonly handOn: (data: Buffer) => Promise<void>,
  ) {
    this.slots = Array.from({ length: count }, () => ({ buffer: Buffer.allocUnsafeSlow(bufferBytes), busy: Promise.resolve() }));
  }

  private get slot() {
    return this.slots[this.at] as (typeof this.slots)[number];
  }

  fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.slot.buffer.length;
  }

  add(data: Uint8Array): void {
    const { slot } = this;
    if (this.used + data.length > slot.buffer.length) slot.buffer = Buffer.concat([slot.buffer.subarray(0, this.used), data], this.used + data.length);
    else slot.buffer.set(data, this.used);
    this.used += data.length;
  }

  /** Adds text of ASCII characters. */
  addText(text: string): void {
    this.used += this.slot.buffer.write(text, this.used, "latin1");
  }

  /** Hands on what was added. Resolves when the next buffer is free; throws what went wrong with what it held before. */
  next(): Promise<void> {
    const { slot } = this;
    slot.busy = this.handOn(slot.buffer.subarray(0, this.used));
    slot.busy.catch(() => {});
    this.used = 0;
    this.at = (this.at + 1) % this.slots.length;
    return this.slot.busy;
  }

  /** Hands on the rest, and resolves when all has been taken. */
  async end(): Promise<void> {
    if (this.used > 0) this.next();
    await Promise.all(this.slots.map(({ busy }) => busy));
  }
}

/** More than stands around a record on its line. */
const mostAround = 64;
const nothing = Buffer.from("null");
const lineTail = Buffer.from("}\n");
const lineEnd = Buffer.from("\n");

/** The record on one line. Line ends can only stand between JSON tokens, where a space means the same. */
function oneLine(record: Uint8Array): Uint8Array {
  if (!record.includes(NEWLINE) && !record.includes(RETURN)) return record;
  return record.map((byte) => (byte === NEWLINE || byte === RETURN ? SPACE : byte));
}
