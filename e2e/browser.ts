import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const systemBrowsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** How a Chromium is started where it is only looked at from here. */
export const browserArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"];

function present(): string | null {
  const own = chromium.executablePath();
  if (own && existsSync(own)) return own;
  return systemBrowsers.find((path) => existsSync(path)) ?? null;
}

function run(command: string, args: string[]): boolean {
  process.stdout.write(`  running: ${command} ${args.join(" ")}\n`);
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** The path of a Chromium: Playwright's own, else one of the system, else one that is installed now. Says what it does. */
export function findBrowser(): string {
  const found = present();
  if (found) {
    process.stdout.write(`Browser: ${found}\n`);
    return found;
  }
  process.stdout.write("Browser: none found, installing one.\n");
  if (!run("npx", ["playwright", "install", "--with-deps", "chromium"]) && existsSync("/usr/bin/apt-get")) {
    const [command, args] = process.getuid?.() === 0 ? ["apt-get", []] : ["sudo", ["apt-get"]];
    run(command, [...args, "update", "-qq"]);
    run(command, [...args, "install", "-y", "-qq", "chromium"]);
  }
  const installed = present();
  if (!installed) throw new Error("No browser could be installed. Install Chromium and run the tests again.");
  process.stdout.write(`Browser: ${installed}, ${execFileSync(installed, ["--version", "--no-sandbox"], { encoding: "utf8" }).trim()}\n`);
  return installed;
}
