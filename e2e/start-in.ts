import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { mark, type Order } from "./started";

/** Runs `e2e/started.ts` on a folder: a Meetledger that starts in a process of its own, carries out its orders and ends. */

export interface Ended {
  code: number | null;
  stderr: string;
  told: unknown[];
}

export interface Started {
  child: ChildProcessWithoutNullStreams;
  /** Resolves once the process has told so many outcomes. */
  hasTold(count: number): Promise<void>;
  ended: Promise<Ended>;
}

export function startIn(dataDir: string, orders: Order[], env: Record<string, string> = {}, code = process.cwd()): Started {
  const { PATH, HOME, TMPDIR } = process.env;
  const settings = { DATA_DIR: dataDir, CDR_ALLOWED_HOSTS: "127.0.0.1", REFRESH_MINUTES: "0", LOG_LEVEL: "warn", ...env };
  const child = spawn(process.execPath, ["--import", "tsx", join(code, "e2e/started.ts"), JSON.stringify(orders)], {
    cwd: code,
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...settings } as unknown as NodeJS.ProcessEnv,
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk) => {
      said[name] += chunk;
    });
  }
  const told = () => said.stdout.split("\n").flatMap((line) => (line.startsWith(mark) ? [JSON.parse(line.slice(mark.length))] : []));
  return {
    child,
    async hasTold(count) {
      while (told().length < count) await once(child.stdout, "data");
    },
    ended: once(child, "close").then(([exit]) => ({ code: exit as number | null, stderr: said.stderr, told: told() })),
  };
}
