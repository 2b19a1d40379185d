import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";

const decompress = promisify(brotliDecompress);
const compress = promisify(brotliCompress);
// Fast rather than small: a block takes a fifth of its size at quality 0, a seventh at twice the time.
// One chunk holds what a block comes to: by the usual 16 KB, handing chunks over would cost as much as compressing them.
const quality = { chunkSize: 128 * 1024, params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 } };
/** Compresses a block: records of one line each, joined by line ends. */
export const packed = (joined: Buffer) => compress(joined, quality);

/** Where a block of raw records lies in the file of its load. */
export interface Placed {
  /** Index of its first record within its slice. */
  first: number;
  count: number;
  offset: number;
  bytes: number;
}

/**
 * The raw records, as compressed blocks in one file a load. They are most of an answer's bytes and are read one at a time,
 * so they stay out of the engine's memory; its table `raw_blocks` knows where each lies.
 */
export class RawFiles {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  private path(loadId: bigint): string {
    return join(this.directory, `${loadId}.raw`);
  }

  async writer(loadId: bigint): Promise<RawWriter> {
    return new RawWriter(await open(this.path(loadId), "w", 0o600));
  }

  /** The records of a block. */
  async read(loadId: bigint, offset: number, bytes: number): Promise<string[]> {
    const file = await open(this.path(loadId), "r");
    try {
      const data = Buffer.alloc(bytes);
      await file.read(data, 0, bytes, offset);
      return (await decompress(data)).toString("utf8").split("\n");
    } finally {
      await file.close();
    }
  }

  async remove(loadId: bigint): Promise<void> {
    await rm(this.path(loadId), { force: true });
  }

  /** Removes the files of loads that are not among those named: what a crash left. */
  keepOnly(loadIds: Set<string>): void {
    for (const name of readdirSync(this.directory)) {
      if (!loadIds.has(name.replace(/\.raw$/, ""))) rmSync(join(this.directory, name));
    }
  }
}

export class RawWriter {
  private offset = 0;
  constructor(private readonly file: FileHandle) {}

  /** Writes a block. Several may be written at once. */
  async write(first: number, count: number, data: Buffer): Promise<Placed> {
    const { offset } = this;
    this.offset += data.length;
    await this.file.write(data, 0, data.length, offset);
    return { first, count, offset, bytes: data.length };
  }

  /** Writes records as one block. */
  async writeRecords(first: number, records: string[]): Promise<Placed> {
    return this.write(first, records.length, await packed(Buffer.from(records.join("\n"))));
  }

  /** Returns once all is on the disk. */
  async close(): Promise<void> {
    try {
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }
}
