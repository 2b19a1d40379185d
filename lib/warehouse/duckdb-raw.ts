import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { AppError } from "../error";

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

/** Where files go that the warehouse does not know: it may be an older copy, and theirs the newer one. */
const asideFolder = "set-aside";

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

  /** The records of a block. Error: `storage_damaged` where they cannot be read. */
  async read(loadId: bigint, offset: number, bytes: number): Promise<string[]> {
    try {
      const file = await open(this.path(loadId), "r");
      try {
        const data = Buffer.alloc(bytes);
        const { bytesRead } = await file.read(data, 0, bytes, offset);
        if (bytesRead < bytes) throw new Error(`ends ${bytes - bytesRead} bytes early`);
        return (await decompress(data)).toString("utf8").split("\n");
      } finally {
        await file.close();
      }
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "is missing" : "is damaged";
      throw new AppError("storage_damaged", `The file of raw records ${this.path(loadId)} ${why}.`, { cause: error });
    }
  }

  async remove(loadId: bigint): Promise<void> {
    await rm(this.path(loadId), { force: true });
  }

  /**
   * Brings the files in line with a warehouse that was just opened. What a crash left is removed, if the warehouse is the very
   * one that wrote here last; every other file that it does not know is set aside. Returns the names of those, and a number
   * above that of every file there ever was.
   */
  settle({ known, spare, lastOpening, opening }: { known: Set<string>; spare: Set<string>; lastOpening: string | null; opening: string }): {
    aside: string[];
    above: number;
  } {
    // Names the opening of the warehouse that wrote here last.
    const marker = `${this.directory}.opening`;
    const wroteLast = lastOpening !== null && existsSync(marker) && readFileSync(marker, "utf8") === lastOpening;
    const asideDirectory = join(this.directory, asideFolder);
    const aside: string[] = [];
    const numbers = [0];
    for (const name of readdirSync(this.directory)) {
      if (name === asideFolder) continue;
      const number = name.replace(/\.raw$/, "");
      if (/^\d+$/.test(number)) numbers.push(Number(number));
      if (known.has(number)) continue;
      if (wroteLast && spare.has(number)) {
        rmSync(join(this.directory, name));
        continue;
      }
      mkdirSync(asideDirectory, { recursive: true, mode: 0o700 });
      renameSync(join(this.directory, name), join(asideDirectory, existsSync(join(asideDirectory, name)) ? `${name}.${Date.now()}` : name));
      aside.push(name);
    }
    for (const name of existsSync(asideDirectory) ? readdirSync(asideDirectory) : []) numbers.push(Number.parseInt(name, 10) || 0);
    writeFileSync(marker, opening, { mode: 0o600 });
    return { aside, above: Math.max(...numbers) + 1 };
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
