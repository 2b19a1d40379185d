import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, test } from "@playwright/test";
import { ask } from "./api";
import { scriptKilobytes, seenOf, watchLoad } from "./load";
import { open, settled } from "./page";
import { apiPort, signedInFile } from "./settings";

test.use({ storageState: signedInFile });

const october = "from=2026-10-01&to=2026-10-31";
test("the sign-in page has no serious violation either", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await open(page, "/login");
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  await page.close();
});

test("the theme switch changes the theme and it is kept", async ({ page }) => {
  await open(page, "/overview");
  const before = await page.locator("html").getAttribute("data-theme");
  await page.getByRole("button", { name: /Dark theme|Light theme/ }).click();
  await page.reload();
  expect(await page.locator("html").getAttribute("data-theme")).not.toBe(before);
});

test("the keyboard alone: skip link, navigation, a filter set and taken away", async ({ page }) => {
  await open(page, `/overview?${october}`);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 150; presses++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim());
      if (name.test(label)) return;
    }
    throw new Error(`No way to ${name} by Tab`);
  };
  await tabTo(/^Room:/);
  await page.keyboard.press("Enter");
  await page.keyboard.type("board");
  await expect(page.getByRole("dialog").getByRole("button", { name: /Board review/ })).toBeVisible();
  await tabTo(/Board review/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/room=/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Room:/ })).toBeFocused();
  await expect(page.getByRole("button", { name: /^Clear filters/ })).toBeVisible();
  await settled(page);
  await tabTo(/^Clear filters/);
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/room=/);
});

test("a chart answers the keyboard: arrows go from day to day, Enter narrows to one", async ({ page }) => {
  await open(page, `/overview?${october}`);
  await page.getByRole("button", { name: /per day: show the figures/ }).focus();
  await page.keyboard.press("Shift");
  const chart = page.getByRole("img", { name: /Billed connect minutes/ });
  await chart.locator(".recharts-bar-rectangle").first().waitFor();
  await page.keyboard.press("Tab");
  await expect(chart).toHaveCSS("outline-style", "solid");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(chart.getByText("Sat 3 Oct 2026")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=2026-10-03&to=2026-10-03/);
});

test("a chart that cannot come alive stays a drawing, and the page goes on", async ({ page }) => {
  await open(page, `/overview?${october}`);
  const failed = page.waitForEvent("requestfailed");
  await page.route("**/_next/static/chunks/**", (route) => route.abort());
  await page.mouse.move(5, 400);
  await failed;
  await expect(
    page
      .getByRole("img", { name: /Billed connect minutes/ })
      .locator("g > rect")
      .first(),
  ).toBeVisible();
  const html = page.locator("html");
  const before = await html.getAttribute("data-theme");
  await page.getByRole("button", { name: /Dark theme|Light theme/ }).click();
  await expect(html).not.toHaveAttribute("data-theme", before as string);
  await expect(
    page
      .getByRole("img", { name: /Billed connect minutes/ })
      .locator("g > rect")
      .first(),
  ).toBeVisible();
});

test("a comparison tells its days before and after it is chosen; days of one's own are checked", async ({ page }) => {
  await open(page, "/overview?from=2026-10-12&to=2026-10-18");
  // A week of October beside the same days of the weeks before it.
  await page.getByRole("button", { name: "Comparison: vs 5 – 11 Oct 2026" }).click();
  await page.getByRole("button", { name: /^A year before \d+ – \d+ Oct 2025$/ }).click();
  await expect(page).toHaveURL(/compare=year/);
  await expect(page.getByText(/^Not compared with \d+ – \d+ Oct 2025/)).toBeVisible();
  await page.getByRole("button", { name: /^Comparison: vs \d+ – \d+ Oct 2025/ }).click();
  await page.getByLabel("Compare from").fill("2026-10-07");
  await page.getByLabel("to", { exact: true }).fill("2026-10-13");
  await expect(page.getByText("these days overlap the period itself")).toBeVisible();
  await expect(page.getByRole("button", { name: "Compare with these days" })).toBeDisabled();
  await page.getByLabel("Compare from").fill("2026-10-01");
  await page.getByLabel("to", { exact: true }).fill("2026-10-07");
  await page.getByRole("button", { name: "Compare with these days" }).click();
  await expect(page).toHaveURL(/compare=2026-10-01\.\.2026-10-07/);
  await expect(page.getByRole("button", { name: "Comparison: vs 1 – 7 Oct 2026" })).toBeVisible();
});

test("an address that is none, and a page that breaks, say so and lead on", async ({ page }) => {
  expect((await open(page, "/no-such-page"))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the first page" }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await settled(page);
  // A part that cannot be fetched, and the page was loaded anew for one just now.
  await page.evaluate(() => sessionStorage.setItem("loaded-anew", String(Date.now())));
  await page.route("**/_next/static/chunks/**", (route) => route.abort());
  await page.getByRole("link", { name: "Explore" }).click();
  await expect(page.getByRole("heading", { name: "This page could not be shown" })).toBeVisible();
  await page.unroute("**/_next/static/chunks/**");
  await page.getByRole("button", { name: "Load again" }).click();
  await expect(page.getByRole("heading", { name: "Explore" })).toBeVisible();
});

test("a page that was open while another version took over goes on by itself, with all that was chosen", async ({ page }) => {
  await open(page, `/overview?${october}&role=moderator`);
  const there = new Set(await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name)));
  let missing = 0;
  await page.route("**/_next/static/chunks/**", async (route) => {
    // Until the page is loaded anew its parts are those of the version that is gone.
    if (there.has(route.request().url()) || missing > 0) return route.continue();
    missing++;
    return route.fulfill({ status: 404, body: "Not Found" });
  });
  await page.getByRole("link", { name: "Explore" }).click();
  await expect(page.getByRole("heading", { name: "Explore" })).toBeVisible();
  await expect(page).toHaveURL(/role=moderator/);
  await settled(page);
  expect(missing).toBe(1);
});

for (const [zone, browserZone, hours] of [
  ["UTC", "Europe/Berlin", 24],
  ["Europe/Berlin", "America/New_York", 25],
] as const) {
  test(`the hours of a day in ${zone} are the same in a browser whose own zone is ${browserZone}`, async ({ browser }) => {
    const context = await browser.newContext({ timezoneId: browserZone, storageState: signedInFile });
    const page = await context.newPage();
    await open(page, `/usage?from=2026-10-25&to=2026-10-25&tz=${zone}`);
    await page.getByRole("button", { name: /Billed minutes by hour: show the figures/ }).click();
    const table = page.getByRole("table", { name: "Billed minutes by hour" });
    await expect(table.getByRole("row")).toHaveCount(hours + 1);
    await expect(table.getByRole("row", { name: /02:00/ })).toHaveCount(hours - 23);
    await context.close();
  });
}

test("Usage splits by a dimension, Quality and Tracks drill down by a click", async ({ page }) => {
  await open(page, `/usage?${october}`);
  await page.getByLabel("Split by").selectOption("browser");
  await expect(page).toHaveURL(/split=browser/);
  await expect(page.getByRole("table", { name: "Usage by browser" }).getByRole("button", { name: "Chrome" })).toBeVisible();
  await page.getByLabel("Show", { exact: true }).selectOption("people");
  await expect(page.getByText("People of different groups do not add up")).toBeVisible();
  await open(page, `/quality?${october}`);
  await page
    .getByRole("table", { name: /By client and place/ })
    .getByRole("button", { name: "Firefox" })
    .click();
  await expect(page).toHaveURL(/browser=Firefox/);
  await open(page, `/tracks?${october}`);
  await page.getByRole("table", { name: "Combinations of published tracks" }).getByRole("button", { name: "audio + video", exact: true }).click();
  await expect(page).toHaveURL(/track_combination=audio%2Bvideo/);
  await expect(page.getByText("Tracks: audio+video", { exact: true })).toBeVisible();
});

test("rejected records show their reason and the raw record; the calendar tells a day's state", async ({ page }) => {
  await open(page, "/accounts");
  const rejected = page.getByRole("region", { name: "Rejected records" });
  await rejected.getByRole("group").first().locator("summary").click();
  await expect(rejected.locator("pre").first()).toContainText('"trans_date"');
  const earlier = page.getByRole("button", { name: /14 Oct 2026: loaded and final/ });
  await earlier.click();
  await expect(page.getByText(/Wed 14 Oct 2026.*calls, fetched/)).toBeVisible();
});

test("a failure of the CDR API is told on the page and leaves the day open", async ({ page, request }) => {
  await request.post(`http://127.0.0.1:${apiPort}/_order`, { data: { kind: "result-error" } });
  await open(page, "/accounts");
  const form = page.getByRole("region", { name: "Load a period" });
  await form.getByLabel("From").fill("2026-08-30");
  await form.getByLabel("To").fill("2026-08-30");
  await form.getByRole("button", { name: "Load" }).click();
  await expect(form.getByTestId("job")).toHaveAttribute("data-state", "failed");
  await expect(form.getByText(/Date range not allowed \(4102\)/)).toBeVisible();
  const coverage = await (await ask(request, "/api/v1/coverage?from=2026-08-30&to=2026-08-30")).json();
  expect(coverage.rows[0]).toMatchObject({ state: "missing", error: expect.stringContaining("4102") });
  await request.post(`http://127.0.0.1:${apiPort}/_order`, { data: "null", headers: { "content-type": "application/json" } });
});

test("an API token is made, shown once, works, and is revoked", async ({ page, request }) => {
  await open(page, "/settings");
  await page.getByRole("button", { name: "Make token" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("spreadsheet");
  await page.getByRole("dialog").getByRole("button", { name: "Make token" }).click();
  const token = (await page.getByTestId("token").textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  expect((await ask(request, "/api/v1/accounts", { token })).status()).toBe(200);
  await page.getByRole("button", { name: "Revoke spreadsheet" }).click();
  await expect(page.getByRole("row", { name: /spreadsheet/ }).getByText("revoked")).toBeVisible();
  expect((await ask(request, "/api/v1/accounts", { token })).status()).toBe(401);
});

test("nothing moves while a report comes, with nothing kept from before, at 1440 and 390 px", async ({ browser }) => {
  for (const width of [1440, 390])
    for (const path of ["/overview", "/usage", "/quality", "/tracks"]) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, storageState: signedInFile });
      await watchLoad(page);
      await open(page, `${path}?${october}`);
      expect((await seenOf(page)).cls, `${path} at ${width}`).toBeLessThan(0.02);
      await page.close();
    }
});

test("first load of Overview: size and layout shift within the budget", async ({ page }) => {
  await watchLoad(page);
  // All scripts that come without anybody doing anything count.
  const kilobytes = await scriptKilobytes(page);
  await open(page, `/overview?${october}`);
  const chart = page.getByRole("img", { name: /Billed connect minutes/ });
  const drawn = await placesOf(chart.locator("g > rect"));
  const first = kilobytes();
  expect(drawn.length).toBeGreaterThan(60);

  // The first move of the pointer brings the live charts, with their bars where the drawing had them.
  await page.mouse.move(5, 400);
  await chart.locator(".recharts-bar-rectangle").first().waitFor();
  await settled(page);
  const live = await placesOf(chart.locator(".recharts-bar-rectangle path"));
  expect(live.length).toBe(drawn.length);
  for (const [index, bar] of drawn.entries())
    for (const [side, at] of Object.entries(bar)) expect(Math.abs(at - (live[index]?.[side as keyof typeof bar] ?? Number.NaN))).toBeLessThan(1.5);

  const { cls } = await seenOf(page);
  process.stdout.write(
    `  Overview, first load: ${first.toFixed(0)} KB of JavaScript (gzip), ${(kilobytes() - first).toFixed(0)} KB for live charts when the pointer moves, CLS ${cls.toFixed(3)}\n`,
  );
  expect(first).toBeGreaterThan(100);
  expect(first).toBeLessThan(280);
  expect(cls).toBeLessThan(0.02);
});

/** Where bars of a chart stand, in CSS pixels, those of no height left out. */
const placesOf = (bars: Locator) =>
  bars.evaluateAll((all) =>
    all
      .map((bar) => bar.getBoundingClientRect())
      .filter(({ height }) => height > 0)
      .map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
  );

test("the README's screenshot", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("theme", "light"));
  await page.setViewportSize({ width: 1440, height: 1000 });
  await open(page, `/overview?${october}`);
  await page.screenshot({ path: process.env.UPDATE_SCREENSHOT ? "docs/overview.png" : "test-results/overview.png" });
});
