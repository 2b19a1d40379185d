import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { adminToken, asStarted } from "./settings";

/** The built app as a process of its own, for tests that stop it or take something from it. */
export function startApp(directory: string, port: number, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      ...asStarted,
      NODE_ENV: "production",
      DATA_DIR: directory,
      CREDENTIALS_KEY: "a credentials key for tests, of both processes",
      NEXTAUTH_SECRET: "a secret for tests, of both processes",
      ADMIN_API_TOKEN: adminToken,
      CDR_APP_ID: "app",
      CDR_APP_KEY: "key",
      REFRESH_MINUTES: "0",
      NEXT_TELEMETRY_DISABLED: "1",
      LOG_LEVEL: "silent",
      ...env,
    },
  });
}

export async function stopApp(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}
