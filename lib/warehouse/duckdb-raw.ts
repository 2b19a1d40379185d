import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { type Block, packed } from "./duckdb-spool";

const decompress = promisify(brotliDecompress);

/** Where a block of raw records lies in the file of its load. */
export interface Placed {
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

  async write(blocks: Block[]): Promise<Placed[]> {
    const placed: Placed[] = [];
    for (const { first, count, data } of blocks) {
      await this.file.write(data, 0, data.length, this.offset);
      placed.push({ first, count, offset: this.offset, bytes: data.length });
      this.offset += data.length;
    }
    return placed;
  }

  /** Writes records as one block. */
  async writeRecords(first: number, records: string[]): Promise<Placed> {
    const [placed] = await this.write([{ first, count: records.length, data: await packed(Buffer.from(records.join("\n"))) }]);
    return placed as Placed;
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
