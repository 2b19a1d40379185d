import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

/** The folder of PostgreSQL's server programs on this machine, or null. */
export function postgresBin(): string | null {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return null;
  const version = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return version && existsSync(join(root, version, "bin/initdb")) ? join(root, version, "bin") : null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Postgres {
  url: string;
  /** Stops it as an operator does who does not wait: whoever is connected is thrown out. */
  stop(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a PostgreSQL server of its own on 127.0.0.1; it refuses to run as root, so another user runs it then. */
export async function startPostgres(bin: string, settings: Record<string, string> = {}): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), "meetledger-pg-"));
  const data = join(directory, "data");
  const asRoot = process.getuid?.() === 0;
  const ids: { uid?: number; gid?: number } = asRoot
    ? { uid: Number(execFileSync("id", ["-u", "postgres"])), gid: Number(execFileSync("id", ["-g", "postgres"])) }
    : {};
  if (ids.uid !== undefined && ids.gid !== undefined) chownSync(directory, ids.uid, ids.gid);
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "meetledger", "-A", "trust", "--no-sync"], { ...ids, stdio: "ignore", cwd: directory });
  const port = await freePort();
  const url = `postgres://meetledger@127.0.0.1:${port}/postgres`;
  const more = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let server: ChildProcess | null = null;
  const start = async () => {
    const started = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", directory, "-F", ...more], {
      ...ids,
      stdio: "ignore",
      cwd: directory,
    });
    server = started;
    for (let tries = 0; ; tries++) {
      const client = new Client({ connectionString: url });
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (started.exitCode !== null || tries > 6_000) throw error;
        await sleep(100);
      }
    }
  };
  const stop = async () => {
    const stopped = server;
    server = null;
    if (!stopped) return;
    const ended = once(stopped, "close");
    stopped.kill("SIGINT");
    await ended;
  };
  await start();
  return {
    url,
    start,
    stop,
    async close() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
