import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { browserArgs, findBrowser } from "./browser";
import { adminToken, apiPort, appPort, asStarted, oidc, oidcPort, sample } from "./settings";

// Playwright reads this file once in each of its processes; the first decides.
process.env.E2E_DATA_DIR ??= mkdtempSync(join(tmpdir(), "meetledger-e2e-"));
process.env.E2E_BROWSER ??= findBrowser();

/** What is waited for longer than this is taken to hang. It is no measure of speed: a slow or busy machine may take its time. */
const hang = 120_000;

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  workers: 1,
  timeout: hang * 5,
  expect: { timeout: hang },
  reporter: [["list"], ["json", { outputFile: "../test-results/e2e.json" }]],
  use: {
    baseURL: `http://127.0.0.1:${appPort}`,
    viewport: { width: 1440, height: 900 },
    actionTimeout: hang,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.E2E_BROWSER,
      args: browserArgs,
    },
  },
  projects: [
    { name: "main path", testMatch: "main-path.spec.ts" },
    { name: "everything else", testIgnore: "main-path.spec.ts", dependencies: ["main path"] },
  ],
  webServer: [
    {
      command: `npx tsx e2e/cdr-api/main.ts --port ${apiPort} --app-id ${sample.appId} --app-key ${sample.appKey} --from ${sample.from} --to ${sample.to} --calls-per-day ${sample.callsPerDay} --bad-week ${sample.badWeek}`,
      cwd: "..",
      timeout: hang,
      port: apiPort,
    },
    {
      command: `npx tsx e2e/oidc.ts --port ${oidcPort} --app http://127.0.0.1:${appPort}`,
      cwd: "..",
      timeout: hang,
      url: `http://127.0.0.1:${oidcPort}/.well-known/openid-configuration`,
    },
    {
      command: `npx next start -H 127.0.0.1 -p ${appPort}`,
      cwd: "..",
      timeout: hang,
      url: `http://127.0.0.1:${appPort}/api/ready`,
      env: {
        ...asStarted,
        DATA_DIR: process.env.E2E_DATA_DIR,
        PORT: String(appPort),
        ADMIN_API_TOKEN: adminToken,
        CDR_ALLOWED_HOSTS: "127.0.0.1",
        OIDC_ISSUER: `http://127.0.0.1:${oidcPort}`,
        OIDC_CLIENT_ID: oidc.clientId,
        OIDC_CLIENT_SECRET: oidc.clientSecret,
        OIDC_ROLES: "admin=platform-admins,analyst=finance",
        REFRESH_MINUTES: "0",
        NEXT_TELEMETRY_DISABLED: "1",
        LOG_LEVEL: "warn",
      },
    },
  ],
});
