import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ask } from "./api";
import { adminToken, appPort, person } from "./settings";

/** The app on an address of its own network, with the public one in NEXTAUTH_URL: as a proxy calls it. */

const port = appPort + 3;
const publicAddress = "https://meet.example.com";
const dataDir = mkdtempSync(join(tmpdir(), "meetledger-proxy-"));
let app: ChildProcess;
let cookie = "";

test.use({ baseURL: `http://127.0.0.1:${port}` });
test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ request }) => {
  app = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATA_DIR: dataDir,
      NEXTAUTH_URL: publicAddress,
      ADMIN_EMAIL: person.email,
      ADMIN_PASSWORD: person.password,
      ADMIN_API_TOKEN: adminToken,
      TRUSTED_PROXIES: "127.0.0.1",
      REFRESH_MINUTES: "0",
      NEXT_TELEMETRY_DISABLED: "1",
      LOG_LEVEL: "silent",
    },
  });
  await expect.poll(async () => (await request.get("/api/ready").catch(() => null))?.status() ?? 0).toBe(200);
});
test.afterAll(async () => {
  const ended = once(app, "close");
  app.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
});

/** What the proxy adds: what the reader's browser asked for. */
const forwarded = { "x-forwarded-host": "meet.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7" };

/** As the proxy asks. Cookies go by hand: they are for https, which the proxy speaks and the app does not. */
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...forwarded, ...headers }, redirect: "manual" });
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");

async function signIn(callbackUrl: string): Promise<Response> {
  const csrf = await get("/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  return fetch(`http://127.0.0.1:${port}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { ...forwarded, cookie: cookiesOf(csrf), origin: publicAddress },
    body: new URLSearchParams({ email: person.email, password: person.password, code: "", csrfToken, callbackUrl, json: "true" }),
    redirect: "manual",
  });
}

test("a sign-in leads to the public address, wherever it was asked to lead", async () => {
  for (const [callbackUrl = "", leadsTo] of [
    ["/quality?tz=UTC", `${publicAddress}/quality?tz=UTC`],
    [`${publicAddress}/usage`, `${publicAddress}/usage`],
    ["https://evil.example/", publicAddress],
    ["//evil.example/", publicAddress],
    ["http://localhost:3000.evil.com/", publicAddress],
    ["javascript:alert(1)", publicAddress],
  ]) {
    const answer = await signIn(callbackUrl);
    expect(answer.status, callbackUrl).toBe(200);
    expect(((await answer.json()) as { url: string }).url, callbackUrl).toBe(leadsTo);
    cookie = cookiesOf(answer);
  }
  expect(cookie).toContain("__Secure-next-auth.session-token=");
  const asked = await get("/api/auth/signin?callbackUrl=http://localhost:3000.evil.com/");
  expect(asked.status).toBe(400);
  expect(await asked.json()).toMatchObject({ errors: { callbackUrl: ["must be an address"] } });
});

const pages = [
  "/",
  "/overview",
  "/usage",
  "/quality",
  "/calls",
  "/calls/none",
  "/billing",
  "/reports",
  "/accounts",
  "/settings",
  "/login",
  "/setup",
  "/invite/none",
  "/nothing-here",
];

test("no page may be kept by a cache that many share, signed in or out, whole or as the part that a browser fetches", async ({ request }) => {
  const made = await ask(request, "/api/v1/shares", { method: "POST", data: { title: "A link", page: "overview", query: "from=2026-10-01&to=2026-10-31" } });
  const { token } = await made.json();
  for (const path of [...pages, `/s/${token}`, `/s/${token}/figures.csv`, "/s/none", "/api/v1/settings", "/api/openapi.json", "/api/auth/session"]) {
    for (const who of [{}, { cookie }] as { cookie?: string }[]) {
      for (const form of [{}, { RSC: "1" }, { RSC: "1", "Next-Router-Prefetch": "1" }] as Record<string, string>[]) {
        const answer = await get(path, { ...who, ...form });
        const what = `${path} ${JSON.stringify(form)} ${who.cookie ? "signed in" : "signed out"}: ${answer.status}`;
        expect(answer.status, what).toBeLessThan(500);
        const kept = answer.headers.get("cache-control") ?? "";
        expect(kept, what).not.toMatch(/public|s-maxage|max-age=[1-9]/);
        // Nobody keeps a redirect of this kind unless it says so.
        if (answer.status !== 307) expect(kept, what).toMatch(/no-store|no-cache|max-age=0/);
        const location = answer.headers.get("location");
        if (location !== null) expect(location, what).toMatch(/^(\/(?!\/)|https:\/\/meet\.example\.com\/)/);
      }
    }
  }
});
