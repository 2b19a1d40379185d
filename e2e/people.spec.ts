import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, type Browser, expect, type Page, test } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { ask } from "./api";
import { open } from "./page";
import { person, signedInFile } from "./settings";

test.describe.configure({ mode: "serial" });

const october = "from=2026-10-01&to=2026-10-31";
const password = "a password of one's own";
/** A browser of its own, signed out. */
const fresh = async (browser: Browser) => (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
const settings = async (browser: Browser) => {
  const page = await (await browser.newContext({ storageState: signedInFile })).newPage();
  await open(page, "/settings");
  return page;
};

async function signIn(page: Page, email: string, typed = password): Promise<void> {
  await open(page, "/login");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(typed);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function invite(request: APIRequestContext, name: string, more: object = {}): Promise<{ token: string; email: string }> {
  const email = `${name.toLowerCase()}@example.com`;
  const made = await ask(request, "/api/v1/invites", { method: "POST", data: { name, email, role: "viewer", ...more } });
  expect(made.status()).toBe(201);
  return { token: (await made.json()).token, email };
}

async function join(page: Page, token: string): Promise<void> {
  const response = await open(page, `/invite/${token}`);
  expect(response?.headers()["referrer-policy"]).toBe("no-referrer");
  expect((await new AxeBuilder({ page }).analyze()).violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await expect(page).toHaveURL(/\/overview$/);
}

const room = async (request: APIRequestContext) =>
  (await (await ask(request, `/api/v1/metrics?measures=calls&by=room&order=-calls&limit=1&${october}`)).json()) as {
    rows: { room: string; calls: number }[];
    meta: { names: Record<string, string> };
  };

test("a department head is invited with one room, and sees that room everywhere and nothing else", async ({ browser, request }) => {
  const { rows, meta } = await room(request);
  const own = rows[0] as { room: string; calls: number };
  const admin = await settings(browser);
  await admin.getByRole("button", { name: "Invite person" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Devika");
  await dialog.getByLabel("E-mail").fill("devika@example.com");
  await dialog.getByRole("button", { name: "Add a room" }).click();
  await dialog.getByLabel("Find a room").fill(own.room);
  await dialog
    .getByRole("button", { name: new RegExp(own.room) })
    .first()
    .click();
  await dialog.getByRole("button", { name: "Make the invitation link" }).click();
  const link = (await admin.getByTestId("invite").textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = admin.getByRole("row", { name: /Devika/ });
  await expect(row).toContainText("invited");
  await expect(row).toContainText(`room ${own.room}`);
  await admin.context().close();

  const page = await fresh(browser);
  await join(page, link.split("/invite/")[1] as string);
  await open(page, `/overview?${october}`);
  await expect(page.getByTestId("figure-calls").getByTestId("value")).toHaveText(new Intl.NumberFormat("en-IN").format(own.calls));
  await open(page, `/rooms?${october}`);
  await expect(page.getByRole("link", { name: meta.names[own.room] ?? own.room })).toBeVisible();
  await expect(page.getByRole("table").first().getByRole("row")).toHaveCount(2);
  const call = (await (await page.request.get(`/api/v1/calls?${october}&limit=1`)).json()).rows[0];
  expect(call).toMatchObject({ room_id: own.room, user_name: null, user_ref: null, ip: null, agent: null });
  await open(page, "/billing");
  await expect(page.getByRole("tab")).toHaveCount(2);
  for (const path of ["/accounts", "/reports", "/settings", "/people", "/conferences", "/calls", "/explore", "/clients"]) {
    const failed: string[] = [];
    page.on("response", (response) => response.status() >= 400 && failed.push(`${response.status()} ${response.url()}`));
    await open(page, `${path}?${october}`);
    expect(failed, path).toEqual([]);
    page.removeAllListeners("response");
  }
  await page.context().close();
});

test("a link to set a password works once, and one that never was looks the same", async ({ browser, request }) => {
  const { token } = await invite(request, "Once");
  const page = await fresh(browser);
  await join(page, token);
  await page.context().clearCookies();
  for (const gone of [token, "x".repeat(43)]) {
    await open(page, `/invite/${gone}`);
    await expect(page.getByRole("heading", { name: "This link is not valid any more" })).toBeVisible();
    const tried = await ask(request, "/api/v1/invites/accept", { method: "POST", token: null, data: { token: gone, password } });
    expect(await tried.json()).toMatchObject({ status: 404, detail: "This link is not valid any more. Ask an admin for a new one." });
  }
  await page.context().close();
});

test("an admin's reset link ends the old password and every session", async ({ browser, request }) => {
  const { token, email } = await invite(request, "Forgetful");
  const page = await fresh(browser);
  await join(page, token);
  const people = (await (await ask(request, "/api/v1/people")).json()).rows as { id: string; email: string }[];
  const id = people.find((one) => one.email === email)?.id;
  const reset = (await (await ask(request, `/api/v1/people/${id}/invite`, { method: "POST" })).json()) as { token: string };
  const accepted = await ask(request, "/api/v1/invites/accept", { method: "POST", token: null, data: { token: reset.token, password: "quite another one" } });
  expect(await accepted.json()).toEqual({ email });
  await open(page, "/overview");
  await expect(page).toHaveURL(/\/login/);
  await signIn(page, email);
  await expect(page.getByRole("alert").filter({ hasText: "is wrong" })).toBeVisible();
  await signIn(page, email, "quite another one");
  await expect(page).toHaveURL(/\/overview$/);
  await page.context().close();
});

test("the audit log says which role was given, by whom and from where; it can be searched and taken away", async ({ request }) => {
  const people = (await (await ask(request, "/api/v1/people")).json()).rows as { id: string; email: string }[];
  const id = people.find((one) => one.email === "once@example.com")?.id;
  await ask(request, `/api/v1/people/${id}`, { method: "PATCH", data: { role: "analyst", limits: { tags: ["T"] } } });
  const { rows } = await (await ask(request, "/api/v1/journal?action=role%3Danalyst&actor=ADMIN_API_TOKEN")).json();
  expect(rows[0]).toMatchObject({ actor: "ADMIN_API_TOKEN", action: `PATCH /api/v1/people/${id} role=analyst, limits`, outcome: "ok", address: "127.0.0.1" });
  const csv = await (await ask(request, "/api/v1/export/journal.csv?action=role%3Danalyst")).text();
  expect(csv).toContain(`PATCH /api/v1/people/${id} role=analyst`);
});

test("two-step sign-in: set up with an app, asked for, a code good once, a recovery code good once, switched off by an admin", async ({ browser, request }) => {
  const { token, email } = await invite(request, "Careful");
  const page = await fresh(browser);
  await join(page, token);
  await open(page, "/settings");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("img", { name: "QR code of the secret" }).locator("svg")).toBeVisible();
  const totp = new TOTP({ secret: Secret.fromBase32((await page.getByTestId("secret").textContent()) ?? "") });
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByText("is not the present code")).toBeVisible();
  const first = totp.generate();
  await page.getByLabel("Code", { exact: true }).fill(first);
  await page.getByRole("button", { name: "Switch on" }).click();
  const codes = ((await page.getByTestId("recovery").textContent()) ?? "").split("\n");
  expect(codes).toHaveLength(10);
  expect((await new AxeBuilder({ page }).analyze()).violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);

  await page.context().clearCookies();
  await signIn(page, email);
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(first);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("the code is wrong")).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill((codes[0] as string).toLowerCase());
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/overview$/);
  await page.context().clearCookies();
  await signIn(page, email);
  await page.getByLabel("Code", { exact: true }).fill(codes[0] as string);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("the code is wrong")).toBeVisible();

  const people = (await (await ask(request, "/api/v1/people")).json()).rows as { id: string; email: string; hasTwoStep: boolean }[];
  const one = people.find((row) => row.email === email);
  expect(one?.hasTwoStep).toBe(true);
  expect((await ask(request, `/api/v1/people/${one?.id}/two-step`, { method: "DELETE" })).status()).toBe(204);
  await signIn(page, email);
  await expect(page).toHaveURL(/\/overview$/);
  await page.context().close();
});

test("codes are throttled like passwords, and the throttle tells nothing", async ({ request }) => {
  const token = async () => ((await (await request.get("/api/auth/csrf")).json()) as { csrfToken: string }).csrfToken;
  const answers: string[] = [];
  // On a slow machine a pause may be over before the next try.
  while (answers.at(-1) !== "throttled" && answers.length < 20) {
    const response = await request.post("/api/auth/callback/credentials", {
      form: { email: "nobody-at-all@example.com", password: "x", code: "123456", csrfToken: await token(), json: "true" },
    });
    answers.push(new URL(((await response.json()) as { url: string }).url).searchParams.get("error") ?? "");
  }
  expect(answers.at(-1)).toBe("throttled");
  expect(answers.length).toBeGreaterThan(5);
  expect(new Set(answers.slice(0, -1))).toEqual(new Set(["CredentialsSignin"]));
});

async function throughProvider(page: Page, login: string): Promise<void> {
  await open(page, "/login");
  await page.getByRole("button", { name: "Use single sign-on" }).click();
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: /sign-in/i }).click();
  await page.getByRole("button", { name: /continue/i }).click();
}

test("single sign-on makes a person with the role of the claim, and the role follows the claim", async ({ browser, request }) => {
  for (const [login, role] of [
    ["meera", "analyst"],
    ["boss", "admin"],
  ] as const) {
    const page = await fresh(browser);
    await throughProvider(page, login);
    await expect(page).toHaveURL(/\/overview$/);
    const people = (await (await ask(request, "/api/v1/people")).json()).rows as { email: string; role: string; signsIn: string }[];
    expect(people.find(({ email }) => email === `${login}@example.com`)).toMatchObject({ role, signsIn: "provider" });
    const answer = await page.request.get("/api/v1/people");
    expect(answer.status()).toBe(role === "admin" ? 200 : 403);
    await page.context().close();
  }
});

test("single sign-on lets nobody in without a role, nor by an address that the provider has not verified", async ({ browser, request }) => {
  for (const login of ["stranger", "impostor"]) {
    const page = await fresh(browser);
    await throughProvider(page, login);
    await expect(page.getByText("You may not sign in here.")).toBeVisible();
    expect((await page.request.get("/api/v1/settings")).status()).toBe(401);
    await page.context().close();
  }
  const people = (await (await ask(request, "/api/v1/people")).json()).rows as { email: string; signsIn: string }[];
  expect(people.find(({ email }) => email === person.email)?.signsIn).toBe("password");
  const { rows } = await (await ask(request, "/api/v1/journal?action=provider&limit=100")).json();
  expect(rows.map((row: { outcome: string }) => row.outcome)).toEqual(
    expect.arrayContaining(["no role", "the address belongs to somebody else, and the provider has not verified it"]),
  );
});
