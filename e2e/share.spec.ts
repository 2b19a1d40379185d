import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, type Browser, expect, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { ask, endedShare, totals } from "./api";
import { open } from "./page";
import { signedInFile } from "./settings";

test.describe.configure({ mode: "serial" });

const october = "from=2026-10-01&to=2026-10-31";
const indian = (value: number) => new Intl.NumberFormat("en-IN").format(value);
const base = { title: "October, moderators", page: "overview", query: `${october}&role=moderator` };

const asShare = ({ id, token }: { id: string; token: string }) => ({ id, token, path: `/s/${token}` });

async function share(request: APIRequestContext, more: object = {}): Promise<{ id: string; token: string; path: string }> {
  const made = await ask(request, "/api/v1/shares", { method: "POST", data: { ...base, ...more } });
  expect(made.status()).toBe(201);
  return asShare(await made.json());
}

const ended = async (request: APIRequestContext, more: object = {}) => asShare(await endedShare(request, { ...base, ...more }));

/** A reader: a browser without any cookie. */
const reader = async (browser: Browser) => (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();

test("a link is made on a page, shown once, opens without an account, and is taken back at once", async ({ browser }) => {
  const context = await browser.newContext({ storageState: signedInFile });
  const page = await context.newPage();
  await open(page, `/overview?${october}&role=moderator`);
  await page.getByRole("button", { name: "Share…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("For the board");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = (await page.getByTestId("link").textContent()) ?? "";
  const guest = await reader(browser);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { level: 1, name: "For the board" })).toBeVisible();
  const expected = await totals(page.request, `measures=billed_minutes,calls&${october}&role=moderator`);
  await expect(guest.getByText(indian(expected.billed_minutes as number), { exact: true }).first()).toBeVisible();
  await open(page, "/reports");
  const row = page.getByRole("row", { name: /For the board/ });
  await expect(row).toContainText("1 times, last");
  await row.getByRole("button", { name: "Revoke For the board" }).click();
  await expect(row.getByText("revoked")).toBeVisible();
  expect((await guest.goto(link))?.status()).toBe(404);
  await guest.context().close();
  await context.close();
});

test("the shared page: no scripts, no index, no frame, no names, no cost; axe is clean at 390 px", async ({ browser, request }) => {
  const { path } = await share(request);
  const guest = await reader(browser);
  await guest.setViewportSize({ width: 390, height: 844 });
  const response = await guest.goto(path);
  expect(response?.headers()).toMatchObject({ "x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer" });
  expect(response?.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
  const html = (await response?.text()) ?? "";
  expect(html).not.toContain("<script");
  expect(html).not.toContain("Cost");
  const people = (await (await ask(request, `/api/v1/metrics?measures=calls&by=person&limit=50&${october}`)).json()) as {
    meta: { names: Record<string, string> };
  };
  for (const [ref, name] of Object.entries(people.meta.names)) {
    expect(html).not.toContain(ref);
    expect(html).not.toContain(name);
  }
  const found = await new AxeBuilder({ page: guest }).analyze();
  expect(found.violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([]);
  expect(await guest.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await guest.screenshot({ path: "test-results/screens/shared-390.png", fullPage: true });
  await guest.context().close();
});

test("what the maker allowed: cost, names, downloads, embedding", async ({ request }) => {
  const { path } = await share(request, { showCost: true, showNames: true, allowDownload: true, embedIn: ["https://intranet.example.com/"] });
  const page = await request.get(path);
  const html = await page.text();
  expect(html).toContain("Cost");
  expect(html).toContain("People");
  expect(page.headers()["content-security-policy"]).toContain("frame-ancestors https://intranet.example.com");
  const file = await request.get(`${path}/figures.csv`);
  const rows = parse(await file.body(), { bom: true, columns: true }) as Record<string, string>[];
  const expected = await totals(request, `measures=billed_minutes&${october}&role=moderator`);
  expect(rows.reduce((sum, row) => sum + Number(row.billed_minutes), 0)).toBe(expected.billed_minutes);
  expect((await request.get(`${path}/figures.xlsx`)).status()).toBe(200);
});

test("other days are chosen, loaded again, gone back from and handed on: it stays the shared report", async ({ browser, request }) => {
  const { path } = await share(request, { allowDays: true });
  const guest = await reader(browser);
  await guest.goto(path);
  const title = guest.getByRole("heading", { level: 1, name: base.title });
  await guest.getByLabel("From").fill("2026-10-12");
  await guest.getByLabel("To").fill("2026-10-18");
  await guest.getByRole("button", { name: "Show these days" }).click();
  await expect(guest).toHaveURL(new RegExp(`${path}\\?from=2026-10-12&to=2026-10-18$`));
  const expected = await totals(request, "measures=billed_minutes&from=2026-10-12&to=2026-10-18&role=moderator");
  const shown = (page: typeof guest) => page.getByText(indian(expected.billed_minutes as number), { exact: true }).first();
  await expect(shown(guest)).toBeVisible();
  await guest.reload();
  await expect(title).toBeVisible();
  await expect(shown(guest)).toBeVisible();
  const other = await reader(browser);
  await other.goto(guest.url());
  await expect(shown(other)).toBeVisible();
  await guest.goBack();
  await expect(title).toBeVisible();
  await expect(guest).toHaveURL(new RegExp(`${path}$`));
});

test("a snapshot stays as it was, and takes no choice of days", async ({ request }) => {
  const { path } = await share(request, { kind: "snapshot" });
  const before = await (await request.get(path)).text();
  expect(before).toContain("Frozen as of");
  expect(await (await request.get(`${path}?from=2026-10-14&to=2026-10-14`)).text()).toBe(before);
  const refused = await ask(request, "/api/v1/shares", { method: "POST", data: { ...base, kind: "snapshot", allowDownload: true } });
  expect(Object.keys((await refused.json()).errors)).toEqual(["allowDownload"]);
});

test("a password is asked for, wrong ones are counted, the right one opens this link alone", async ({ browser, request }) => {
  const { path } = await share(request, { password: "open sesame" });
  const other = await share(request, { password: "open sesame" });
  const guest = await reader(browser);
  expect((await guest.goto(path))?.status()).toBe(401);
  await guest.getByLabel("Password").fill("wrong");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByText("That was not the password.")).toBeVisible();
  await guest.getByLabel("Password").fill("open sesame");
  await guest.getByRole("button", { name: "Open" }).click();
  await expect(guest.getByRole("heading", { level: 1, name: base.title })).toBeVisible();
  expect((await guest.goto(other.path))?.status()).toBe(401);
  const cookies = await guest.context().cookies();
  const [cookie] = cookies;
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path });
  // The cookie of one link is no cookie of another.
  expect((await request.get(other.path, { headers: { cookie: `share-${other.id}=${cookie?.value}` } })).status()).toBe(401);
  const guess = () => request.post(`${other.path}/unlock`, { form: { password: "guess" }, maxRedirects: 0 });
  for (let tries = 0; tries < 5; tries++) expect((await guess()).status()).toBe(303);
  // Slowed, and not shut: on a slow machine a pause may be over before the next try.
  await expect.poll(async () => (await guess()).status()).toBe(429);
  await expect
    .poll(async () => (await request.post(`${other.path}/unlock`, { form: { password: "open sesame" }, maxRedirects: 0 })).headers().location)
    .toBe(other.path);
  const elsewhere = await request.post(`${other.path}/unlock`, {
    form: { password: "open sesame" },
    maxRedirects: 0,
    headers: { origin: "https://evil.example" },
  });
  expect(elsewhere.status()).toBe(403);
  await guest.context().close();
});

test("unknown, expired, revoked and foreign links look the same", async ({ request }) => {
  const revoked = await share(request);
  await ask(request, `/api/v1/shares/${revoked.id}`, { method: "DELETE" });
  const brief = await ended(request);
  const answers = await Promise.all(
    [revoked.path, brief.path, "/s/x", "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/s/..%2f..%2fapi"].map((path) => request.get(path)),
  );
  const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
  expect(answers.map((answer) => answer.status())).toEqual([404, 404, 404, 404, 404]);
  expect(bodies.size).toBe(1);
  const plain = await share(request);
  expect((await request.get(`${plain.path}/figures.csv`)).status()).toBe(404);
});

test("every way into a link, in every state of the link: allowed or refused, and what is refused tells nothing", async ({ request }) => {
  const open = await share(request, { allowDownload: true });
  const locked = await share(request, { allowDownload: true, password: "open sesame" });
  const other = await share(request, { allowDownload: true, password: "open sesame" });
  const revoked = await share(request, { allowDownload: true });
  await ask(request, `/api/v1/shares/${revoked.id}`, { method: "DELETE" });
  const brief = await ended(request, { allowDownload: true });
  const unlocked = await request.post(`${other.path}/unlock`, { form: { password: "open sesame" }, maxRedirects: 0 });
  const others = (unlocked.headers()["set-cookie"] ?? "").split(";")[0]?.split("=")[1] as string;
  const gone = [404, 404, 404, 303];
  const states: [state: string, path: string, cookie: string | null, statuses: number[]][] = [
    ["open", open.path, null, [200, 200, 200, 303]],
    ["without the password", locked.path, null, [401, 404, 404, 303]],
    ["with a made-up cookie", locked.path, `share-${locked.id}=AAAA`, [401, 404, 404, 303]],
    ["with another link's cookie", locked.path, `share-${locked.id}=${others}; share-${other.id}=${others}`, [401, 404, 404, 303]],
    ["with its own cookie", other.path, `share-${other.id}=${others}`, [200, 200, 200, 303]],
    ["revoked", revoked.path, null, gone],
    ["ended", brief.path, null, gone],
    ["unknown", "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", null, gone],
  ];
  const refused = new Map<string, string>();
  for (const [state, path, cookie, statuses] of states) {
    const headers: Record<string, string> = cookie ? { cookie } : {};
    for (const [index, end] of ["", "/figures.csv", "/figures.xlsx", "/unlock"].entries()) {
      const method = end === "/unlock" ? "POST" : "GET";
      const answer = await request.fetch(path + end, { method, headers, maxRedirects: 0, ...(method === "POST" ? { form: { password: "a guess" } } : {}) });
      const what = `${state} ${end}`;
      expect(answer.status(), what).toBe(statuses[index]);
      expect(answer.headers()["referrer-policy"], what).toBe("no-referrer");
      const body = await answer.text();
      if (answer.status() === 404) refused.set(`${end} ${body}`, what);
      // Neither an error page nor a refusal repeats the secret of the link, but for the form that needs it.
      if (answer.status() === 404) expect(body, what).not.toContain(path.slice(3));
    }
  }
  // One body for each of the three addresses, whatever the reason.
  expect([...refused.values()]).toHaveLength(3);
});

test("a link shows what its maker may see, whatever its view names", async ({ request }) => {
  const { rows } = await (await ask(request, `/api/v1/metrics?measures=billed_minutes&by=room&role=moderator&limit=2&${october}`)).json();
  const [first, second] = rows as [{ room: string; billed_minutes: number }, { room: string; billed_minutes: number }];
  const made = await ask(request, "/api/v1/tokens", { method: "POST", data: { name: "head", role: "analyst", limits: { rooms: [first.room] } } });
  const { token } = await made.json();
  for (const [query, expected] of [
    [base.query, first.billed_minutes],
    [`${base.query}&room=${second.room}`, 0],
  ] as const) {
    for (const kind of ["live", "snapshot"]) {
      const link = await ask(request, "/api/v1/shares", { method: "POST", token, data: { ...base, query, kind } });
      const html = await (await request.get(`/s/${(await link.json()).token}`)).text();
      expect(/<dt>Billed minutes<\/dt><dd>([^<]+)/.exec(html)?.[1]).toBe(indian(expected));
      expect(html).not.toContain(`>${second.room}<`);
    }
  }
});

test("a link is its maker's: somebody of the same name neither sees it nor takes it back", async ({ request }) => {
  const maker = async () =>
    (await (await ask(request, "/api/v1/tokens", { method: "POST", data: { name: "Same name", role: "analyst" } })).json()).token as string;
  const [one, other] = [await maker(), await maker()];
  const { id } = await (await ask(request, "/api/v1/shares", { method: "POST", token: one, data: base })).json();
  const ids = async (token: string) => ((await (await ask(request, "/api/v1/shares", { token })).json()).rows as { id: string }[]).map((row) => row.id);
  expect([await ids(one), await ids(other)]).toEqual([[id], []]);
  expect((await ask(request, `/api/v1/shares/${id}`, { method: "DELETE", token: other })).status()).toBe(404);
  expect((await ask(request, `/api/v1/shares/${id}`, { method: "DELETE", token: one })).status()).toBe(200);
});

test("nothing that a reader sends widens what a link shows: 200 and more attempts", async ({ request }) => {
  const { token, path } = await share(request, { allowDays: true, allowDownload: true });
  const figureOf = (html: string) => /<dt>Billed minutes<\/dt><dd>([^<]+)/.exec(html)?.[1];
  const whole = figureOf(await (await request.get(path)).text());
  const narrow = await totals(request, "measures=billed_minutes&from=2026-10-14&to=2026-10-14&role=moderator");
  expect(figureOf(await (await request.get(`${path}?from=2026-10-14&to=2026-10-14`)).text())).toBe(indian(narrow.billed_minutes as number));
  const names = ["room", "role", "conference", "person", "user", "account", "app", "tag", "browser", "sip", "quality", "network"];
  const values = ["", "participant", "moderator,participant", "*", "%", "' OR 1=1 --", "all", "true", "imported"];
  const days = [
    "from=2026-09-01",
    "from=2020-01-01&to=2030-01-01",
    "to=2026-11-30",
    "from=2026-09-01&to=2026-10-31",
    "from=x",
    "from=2026-10-31&to=2026-10-01",
    "from=&to=",
  ];
  const others = [
    "tz=Asia/Kolkata",
    "basis=connected",
    "compare=none",
    "period=last-fiscal-year",
    "showNames=true",
    "showCost=true",
    "page=billing",
    "query=",
    "measures=cost",
    "by=person",
    "cursor=0",
    "limit=99999",
  ];
  const attempts = [...names.flatMap((name) => values.map((value) => `${name}=${encodeURIComponent(value)}`)), ...days, ...others];
  const twice = attempts.flatMap((attempt) => [attempt, `${attempt}&${attempt}&role=participant`]);
  expect(twice.length).toBeGreaterThan(200);
  for (const attempt of twice) {
    const html = await (await request.get(`${path}?${attempt}`)).text();
    expect(figureOf(html), attempt).toBe(whole);
    expect(html, attempt).not.toContain("People</h2>");
  }
  const expected = await totals(request, `measures=billed_minutes&${october}&role=moderator`);
  for (const attempt of [...days, ...others]) {
    const rows = parse(await (await request.get(`${path}/figures.csv?${attempt}`)).body(), { bom: true, columns: true }) as Record<string, string>[];
    expect(
      rows.reduce((sum, row) => sum + Number(row.billed_minutes), 0),
      attempt,
    ).toBe(expected.billed_minutes);
  }
  // The token opens no other door.
  for (const route of ["/api/v1/metrics", "/api/v1/calls", "/api/v1/export/calls.csv", "/api/v1/shares", "/api/cdr/period/2026-10-01/2026-10-01"]) {
    const ways: Record<string, string>[] = [{ authorization: `Bearer ${token}` }, { cookie: `next-auth.session-token=${token}` }, { "x-share": token }];
    for (const headers of ways) {
      expect((await request.get(route, { headers })).status(), route).toBe(401);
    }
  }
});
