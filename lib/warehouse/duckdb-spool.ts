import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

/** The engine's read buffers are as large as the largest line may be, so larger records go another way. */
export const mostPlainBytes = 512 * 1024;

const compress = promisify(brotliCompress);
// Fast rather than small: a block takes a fifth of its size at quality 0, a seventh at twice the time.
// One chunk holds what a block comes to: by the usual 16 KB, handing chunks over would cost as much as compressing them.
const quality = { chunkSize: 256 * 1024, params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 } };
/** Compresses a block of records. */
export const packed = (joined: Buffer) => compress(joined, quality);
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;

// DuckDB reads a file by buffers of 32 MB, one for each core that finds work in it. Slices of half of that leave it half the
// memory of larger ones, which are a tenth quicker.
const sliceRecords = 10_000;
const sliceBytes = 16 * 1024 * 1024;
const blockRecords = 256;

/** Records joined by line ends and compressed: the raw records of consecutive lines of a slice. */
export interface Block {
  /** Index of its first record within the slice. */
  first: number;
  count: number;
  data: Buffer;
}

/** A part of an answer, on disk as NDJSON lines `{"n": index, "r": record}`, with its raw records compressed. */
export interface Slice {
  path: string;
  count: number;
  blocks: Block[];
  /** The raw text of one record. */
  record(index: number): Promise<string>;
  discard(): Promise<void>;
}

/**
 * Cuts the records of an answer into slices that the engine reads from disk while the next one is written, so that an
 * answer of any size takes little memory. The files lie in `directory` and are gone after `discard`.
 */
export async function* spool(directory: string, batches: AsyncIterable<Uint8Array[]>): AsyncGenerator<Slice, void, undefined> {
  let writer: SliceWriter | null = null;
  try {
    for await (const records of batches) {
      for (const record of records) {
        writer ??= await SliceWriter.start(directory);
        writer.add(record);
        if (writer.full) await writer.flush();
        if (writer.count >= sliceRecords || writer.bytes >= sliceBytes) {
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
  private written = 0;
  /** Records too large for the engine's buffers; their lines hold null. */
  private readonly large = new Map<number, Buffer>();
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private parts: Uint8Array[] = [];
  private partBytes = 0;
  private block: Uint8Array[] = [];
  private readonly blocks: Promise<Block>[] = [];

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async start(directory: string): Promise<SliceWriter> {
    const path = join(directory, `load-${process.pid}-${++files}.ndjson`);
    return new SliceWriter(path, await open(path, "w+", 0o600));
  }

  get full(): boolean {
    return this.partBytes > 1024 * 1024;
  }

  add(record: Uint8Array): void {
    const text = oneLine(record);
    const head = Buffer.from(`{"n":${this.count},"r":`, "latin1");
    const isLarge = text.length > mostPlainBytes;
    if (isLarge) this.large.set(this.count, Buffer.from(text));
    const line = isLarge ? nothing : text;
    this.starts.push(this.written + this.partBytes + head.length);
    this.lengths.push(line.length);
    this.parts.push(head, line, tail);
    this.partBytes += head.length + line.length + tail.length;
    this.block.push(text, lineEnd);
    this.count++;
    this.bytes += text.length;
    if (this.block.length >= blockRecords * 2) this.closeBlock();
  }

  async flush(): Promise<void> {
    const data = Buffer.concat(this.parts, this.partBytes);
    this.parts = [];
    this.partBytes = 0;
    await this.file.write(data, 0, data.length, this.written);
    this.written += data.length;
  }

  private closeBlock(): void {
    if (this.block.length === 0) return;
    const count = this.block.length / 2;
    const first = this.count - count;
    const joined = Buffer.concat(this.block.slice(0, -1));
    this.block = [];
    const block = packed(joined).then((data) => ({ first, count, data }));
    block.catch(() => {});
    this.blocks.push(block);
  }

  async finish(): Promise<Slice> {
    await this.flush();
    this.closeBlock();
    const { file, path, count, starts, lengths, large } = this;
    return {
      path,
      count,
      blocks: await Promise.all(this.blocks),
      async record(index) {
        const kept = large.get(index);
        if (kept) return kept.toString("utf8");
        const data = Buffer.alloc(lengths[index] as number);
        await file.read(data, 0, data.length, starts[index]);
        return data.toString("utf8");
      },
      async discard() {
        await file.close();
        await rm(path, { force: true });
      },
    };
  }

  async abandon(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }
}

const nothing = Buffer.from("null");
const tail = Buffer.from("}\n");
const lineEnd = Buffer.from("\n");

/** The record on one line. Line ends can only stand between JSON tokens, where a space means the same. */
function oneLine(record: Uint8Array): Uint8Array {
  if (!record.includes(NEWLINE) && !record.includes(RETURN)) return record;
  return record.map((byte) => (byte === NEWLINE || byte === RETURN ? SPACE : byte));
}
