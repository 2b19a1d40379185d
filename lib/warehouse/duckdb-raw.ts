import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
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
  /** Of what stands there. */
  digest: number;
}

/** The first 48 bits of a block's hash: what is read is what was written, or it is told as damaged. */
const digestOf = (block: Buffer) => createHash("sha256").update(block).digest().readUIntBE(0, 6);

/** Where files go that the warehouse does not know: it may be an older copy, and theirs the newer one. */
const asideFolder = "set-aside";

const unfinished = ".part";

/**
 * The raw records, as compressed blocks in one file a load. They are most of an answer's bytes and are read one at a time,
 * so they stay out of the engine's memory; its table `raw_blocks` knows where each lies. A file has another name while it is
 * written: one that bears its own name is whole, whatever the warehouse knows of it.
 */
export class RawFiles {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  private path(loadId: bigint): string {
    return join(this.directory, `${loadId}.raw`);
  }

  async writer(loadId: bigint): Promise<RawWriter> {
    const path = this.path(loadId);
    return new RawWriter(path, await open(`${path}${unfinished}`, "w", 0o600));
  }

  /** The records of a block. Its digest is null where a version before wrote it. Error: `storage_damaged` where they cannot be read. */
  async read(loadId: bigint, offset: number, bytes: number, digest: number | null): Promise<string[]> {
    try {
      const file = await open(this.path(loadId), "r");
      try {
        const data = Buffer.alloc(bytes);
        const { bytesRead } = await file.read(data, 0, bytes, offset);
        if (bytesRead < bytes) throw new Error(`ends ${bytes - bytesRead} bytes early`);
        if (digest !== null && digestOf(data) !== digest) throw new Error("is not what was written");
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
    for (const ending of ["", unfinished]) await rm(`${this.path(loadId)}${ending}`, { force: true });
  }

  /** How many files are set aside. */
  setAside(): number {
    const directory = join(this.directory, asideFolder);
    return existsSync(directory) ? readdirSync(directory).length : 0;
  }

  /**
   * Brings the files in line with a warehouse that was just opened. Files that a crash cut off, and spare ones, are removed, if
   * the warehouse is the very one that wrote here last; every other file that it does not know is set aside, and comes back
   * when a warehouse knows it again. Returns the names of those set aside, and a number above that of every file there ever was.
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
      const isWhole = !name.endsWith(unfinished);
      const number = name.replace(/\.raw(\.part)?$/, "");
      if (/^\d+$/.test(number)) numbers.push(Number(number));
      if (isWhole && known.has(number)) continue;
      if (wroteLast && (!isWhole || spare.has(number))) {
        rmSync(join(this.directory, name));
        continue;
      }
      mkdirSync(asideDirectory, { recursive: true, mode: 0o700 });
      renameSync(join(this.directory, name), join(asideDirectory, existsSync(join(asideDirectory, name)) ? `${name}.${Date.now()}` : name));
      aside.push(name);
    }
    for (const name of existsSync(asideDirectory) ? readdirSync(asideDirectory) : []) {
      numbers.push(Number.parseInt(name, 10) || 0);
      const place = join(this.directory, name);
      if (known.has(name.replace(/\.raw$/, "")) && !existsSync(place)) renameSync(join(asideDirectory, name), place);
    }
    writeFileSync(marker, opening, { mode: 0o600 });
    return { aside, above: Math.max(...numbers) + 1 };
  }
}

export class RawWriter {
  private offset = 0;
  private isOpen = true;

  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Writes a block. Several may be written at once. */
  async write(first: number, count: number, data: Buffer): Promise<Placed> {
    const { offset } = this;
    this.offset += data.length;
    await this.file.write(data, 0, data.length, offset);
    return { first, count, offset, bytes: data.length, digest: digestOf(data) };
  }

  /** Writes records as one block. */
  async writeRecords(first: number, records: string[]): Promise<Placed> {
    return this.write(first, records.length, await packed(Buffer.from(records.join("\n"))));
  }

  /** Gives the file its name. Returns once all is on the disk. */
  async finish(): Promise<void> {
    await this.file.sync();
    await this.close();
    await rename(`${this.path}${unfinished}`, this.path);
  }

  async close(): Promise<void> {
    if (this.isOpen) await this.file.close();
    this.isOpen = false;
  }
}
