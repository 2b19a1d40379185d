import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { queue } from "../queue";
import { workFor } from "../reader";
import { exportResponse } from "./file";
import { Spool, spooledBytes } from "./spool";

let store: ReturnType<typeof useDataDir>;
beforeAll(() => {
  store = useDataDir();
});
afterAll(() => store.close());

/** Files that this process holds and that have no name any more. */
const nameless = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${store.dataDir}/spool`);
    } catch {
      return false;
    }
  }).length;

const digest = () => createHash("sha256");

test("whatever the sizes, a slow reader gets what was written, and nothing of it stays", async () => {
  const spool = new Spool(() => {});
  const written = digest();
  const writing = (async () => {
    for (let turn = 0; turn < 400; turn++) {
      const chunk = randomBytes(1 + ((turn * 7919) % 900_000));
      written.update(chunk);
      await spool.write(chunk);
    }
    spool.end();
  })();
  const read = digest();
  let most = 0;
  for await (const chunk of spool.chunks()) {
    read.update(chunk);
    most = Math.max(most, spooledBytes());
    if (most < 100_000_000) await sleep(1);
  }
  await writing;
  expect(read.digest("hex")).toBe(written.digest("hex"));
  // It lay on disk, in parts.
  expect(most).toBeGreaterThan(64 * 1024 * 1024);
  expect(spooledBytes()).toBe(0);
  expect(nameless()).toBe(0);
  expect(readdirSync(`${store.dataDir}/spool`)).toEqual([]);
});

test("a small file needs no disk", async () => {
  const spool = new Spool(() => {});
  await spool.write(randomBytes(500_000));
  expect(spooledBytes()).toBe(0);
  spool.end();
  let size = 0;
  for await (const chunk of spool.chunks()) size += chunk.length;
  expect(size).toBe(500_000);
});

async function* endless(made: { chunks: number }) {
  for (;;) {
    made.chunks++;
    yield randomBytes(1_000_000);
    await sleep(0);
  }
}

const file = { name: "a.csv", type: "text/csv", rows: null, complete: true };
const someone = (signal: AbortSignal) => ({ name: "someone", signal, isHeavy: false, takesBody: true, takesParts: true });

test("a reader who leaves ends the making, whether the answer is cancelled or the connection is", async () => {
  for (const how of ["cancel", "signal"] as const) {
    const gone = new AbortController();
    const made = { chunks: 0 };
    const response = await workFor(someone(gone.signal), () => exportResponse(async () => ({ ...file, chunks: endless(made) })));
    const body = response.body as ReadableStream<Uint8Array>;
    const reader = body.getReader();
    await reader.read();
    while (spooledBytes() === 0) await sleep(5);
    if (how === "cancel") await reader.cancel();
    else gone.abort(new Error("left"));
    while (queue("files").load.running > 0) await sleep(5);
    const { chunks } = made;
    await sleep(50);
    expect(made.chunks).toBe(chunks);
    expect(spooledBytes()).toBe(0);
    expect(nameless()).toBe(0);
  }
});

test("for whoever asks for the headings of an answer alone, nothing is kept", async () => {
  const { signal } = new AbortController();
  const made = { chunks: 0 };
  const response = await workFor({ ...someone(signal), takesBody: false }, () => exportResponse(async () => ({ ...file, chunks: endless(made) })));
  expect(response.headers.get("content-type")).toBe("text/csv");
  expect(response.body).toBe(null);
  while (queue("files").load.running > 0) await sleep(5);
  expect(spooledBytes()).toBe(0);
  expect(nameless()).toBe(0);
});

test("one that waits for its turn and leaves is never made", async () => {
  const made = { chunks: 0 };
  const gone = new AbortController();
  const start = () => workFor(someone(gone.signal), () => exportResponse(async () => ({ ...file, chunks: endless(made) })));
  const running = [await start(), await start()];
  let wasMade = false;
  const left = new AbortController();
  const waiting = workFor(someone(left.signal), () =>
    exportResponse(async () => {
      wasMade = true;
      return { ...file, chunks: endless(made) };
    }),
  );
  left.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  for (const response of running) await response.body?.cancel();
  while (queue("files").load.running > 0) await sleep(5);
  expect(wasMade).toBe(false);
});

test("where a break cannot be told from an end, a file is sent once it is whole, and a failure is told as one", async () => {
  async function* broken() {
    yield Buffer.from("heading\n");
    yield Buffer.from("row\n");
    yield Buffer.from("row\n");
    throw new Error("the disk");
  }
  const { signal } = new AbortController();
  const whole = { ...someone(signal), takesParts: false };
  await expect(workFor(whole, () => exportResponse(async () => ({ ...file, chunks: broken() })))).rejects.toThrow("the disk");
  const parts = await workFor(someone(signal), () => exportResponse(async () => ({ ...file, chunks: broken() })));
  await expect(parts.text()).rejects.toThrow("the disk");
  async function* good() {
    yield Buffer.from("heading\n");
    yield Buffer.from("row\n");
  }
  const response = await workFor(whole, () => exportResponse(async () => ({ ...file, chunks: good() })));
  expect(await response.text()).toBe("heading\nrow\n");
});
