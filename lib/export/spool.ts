import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { config } from "../config";
import { AppError } from "../error";
import { once } from "../once";

/** What lies on disk for readers that are slower than the writing, of all of them together. Beyond it, writing waits for reading. */
export const mostSpooled = 2 * 1024 ** 3;
/** So much of a file waits in memory: most files never touch the disk. */
const mostInMemory = 1024 * 1024;
/** A part of a file; it goes when it has been read. */
const partBytes = 64 * 1024 * 1024;
const readBytes = 256 * 1024;
/** Whoever takes nothing for so long is taken to have gone. What a connection holds on the way lasts a slow reader for minutes. */
const idleMs = 10 * 60_000;

/** A file without a name: whatever becomes of the process, nothing of it stays on disk. */
interface Part {
  file: FileHandle;
  written: number;
  read: number;
}

/** Bytes on disk, and who waits for less of them. */
const disk = () => once("spooled", () => ({ bytes: 0, waiting: new Set<() => void>() }));

export const spooledBytes = () => disk().bytes;

async function newPart(): Promise<Part> {
  const directory = join(config().DATA_DIR, "spool");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, randomUUID());
  const file = await open(path, "wx+", 0o600);
  await rm(path, { force: true });
  return { file, written: 0, read: 0 };
}

/**
 * A file on its way from a writer to a slower reader: one writes, one reads. Either ends it for both. Errors of writing:
 * `storage_full`, and the reason for which the reader left.
 */
export class Spool {
  private readonly memory: Uint8Array[] = [];
  private inMemory = 0;
  private readonly parts: Part[] = [];
  private isWhole = false;
  private left: { reason: unknown } | null = null;
  private changed = () => {};
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly onLeft: (reason: unknown) => void) {
    this.read();
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.left) throw this.left.reason;
    if (this.parts.length === 0 && this.inMemory + chunk.length <= mostInMemory) {
      this.memory.push(chunk);
      this.inMemory += chunk.length;
    } else {
      await this.room();
      await this.toDisk(chunk);
    }
    this.changed();
  }

  /** Says that all was written. */
  end(): void {
    this.isWhole = true;
    this.changed();
  }

  /** What was written, in order. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        this.read();
        // Made before looking, so that nothing is written unnoticed in between.
        const change = new Promise<void>((resolve) => {
          this.changed = resolve;
        });
        const chunk = this.fromMemory() ?? (await this.fromDisk());
        if (chunk) yield chunk;
        else if (this.left) throw this.left.reason;
        else if (this.isWhole) return;
        else await change;
      }
    } finally {
      await this.leave(new Error("The reader has gone."));
    }
  }

  /** The same as the body of an answer. */
  stream(): ReadableStream<Uint8Array> {
    const chunks = this.chunks();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const next = await chunks.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        },
        cancel: (reason) => this.leave(reason ?? new Error("The reader has gone.")),
      },
      { highWaterMark: 2 },
    );
  }

  /** Ends it for both sides, with the reason that the other side is told. */
  async leave(reason: unknown): Promise<void> {
    if (this.left) return;
    this.left = { reason };
    clearTimeout(this.idle);
    this.memory.length = 0;
    this.changed();
    this.onLeft(reason);
    await Promise.all(this.parts.splice(0).map(dropped));
  }

  /** Notes that the reader is there. */
  private read(): void {
    clearTimeout(this.idle);
    if (!this.left) this.idle = setTimeout(() => void this.leave(new Error("The reader took nothing for too long.")), idleMs).unref();
  }

  private async room(): Promise<void> {
    while (disk().bytes >= mostSpooled) {
      await new Promise<void>((resolve) => {
        disk().waiting.add(resolve);
        setTimeout(resolve, 1_000).unref();
      });
      if (this.left) throw this.left.reason;
    }
  }

  private async toDisk(chunk: Uint8Array): Promise<void> {
    try {
      let part = this.parts.at(-1);
      if (!part || part.written >= partBytes) {
        part = await newPart();
        // The reader may have left while the file was made.
        if (this.left) {
          await part.file.close();
          throw this.left.reason;
        }
        this.parts.push(part);
      }
      await part.file.write(chunk, 0, chunk.length, part.written);
      if (this.left) throw this.left.reason;
      part.written += chunk.length;
      disk().bytes += chunk.length;
    } catch (error) {
      if (this.left) throw this.left.reason;
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT") throw new AppError("storage_full", "The disk that holds DATA_DIR is full.", { cause: error });
      throw error;
    }
  }

  private fromMemory(): Uint8Array | null {
    const chunk = this.memory.shift() ?? null;
    this.inMemory -= chunk?.length ?? 0;
    return chunk;
  }

  private async fromDisk(): Promise<Uint8Array | null> {
    const [part] = this.parts;
    if (!part) return null;
    if (part.read === part.written) {
      if (this.parts.length === 1 && !this.isWhole) return null;
      this.parts.shift();
      await dropped(part);
      return this.fromDisk();
    }
    const { bytesRead, buffer } = await part.file.read(Buffer.allocUnsafe(readBytes), 0, Math.min(readBytes, part.written - part.read), part.read);
    part.read += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
}

async function dropped({ file, written }: Part): Promise<void> {
  const store = disk();
  store.bytes -= written;
  for (const go of store.waiting) go();
  store.waiting.clear();
  await file.close().catch(() => {});
}
