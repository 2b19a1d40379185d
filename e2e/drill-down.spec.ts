import { expect, type Page, test } from "@playwright/test";
import { ask } from "./api";
import { drawn, open } from "./page";
import { apiPort, sample, signedInFile } from "./settings";

test.use({ storageState: signedInFile });

const october = "from=2026-10-01&to=2026-10-31";

async function rows(page: Page, path: string): Promise<Record<string, never>[]> {
  const response = await ask(page.request, path);
  expect(response.status(), path).toBe(200);
  return (await response.json()).rows;
}

test("from Overview to the raw record of a bad call in three clicks", async ({ page }) => {
  await open(page, `/overview?${october}`);
  await page
    .getByRole("table", { name: /highest share of Bad/ })
    .getByRole("link")
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1, name: /^Conference / })).toBeVisible();
  // The conference opens on a bad call.
  await page.getByRole("link", { name: "Everything about this call, with the raw record" }).click();
  const raw = JSON.parse((await page.getByTestId("raw").textContent()) ?? "");
  expect(raw.stats_quality.call_quality).toBe("Bad");
  await expect(page.getByText(raw.call_log_id).first()).toBeVisible();
});

test("a conference: a bar for each call, the keyboard goes from call to call, zoom, and text for support", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const [largest] = await rows(page, `/api/v1/metrics?measures=calls,people,billed_minutes&by=conference&order=-calls&limit=1&${october}`);
  const id = String(largest?.conference);
  const calls = await rows(page, `/api/v1/conferences/${id}`);
  await open(page, `/conferences/${id}?${october}`);
  const timeline = page.getByRole("region", { name: "Who was connected, when" }).last();
  await expect(timeline.getByRole("button")).toHaveCount(calls.filter(({ connect_dt }) => connect_dt !== null).length);
  await expect(page.getByRole("region", { name: "Calls / people" })).toContainText(String(calls.length));
  await expect(page.getByRole("region", { name: "Billed minutes" })).toContainText(new Intl.NumberFormat("en-IN").format(largest?.billed_minutes ?? 0));
  await timeline.locator("button[tabindex='0']").focus();
  const before = page.url();
  await page.keyboard.press("ArrowDown");
  await expect(page).not.toHaveURL(before);
  await expect(timeline.locator("button[aria-pressed=true]")).toBeFocused();
  await page.keyboard.press("+");
  await expect(page.getByRole("button", { name: "Show all" })).toBeVisible();
  await page.keyboard.press("0");
  await expect(page.getByRole("button", { name: "Show all" })).toHaveCount(0);
  // Watched for before the click: it goes away by itself.
  const copied = page.getByText("Copied").waitFor();
  await page.getByRole("button", { name: "Copy for support" }).click();
  await copied;
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain(`Conference number: ${id}`);
  for (const call of calls) expect(text).toContain(`Log ID: ${call.call_log_id ?? "none"}`);
});

test("a conference that is not loaded is fetched from the CDR API and kept", async ({ page }) => {
  const credentials = Buffer.from(`${sample.appId}:${sample.appKey}`).toString("base64");
  const upstream = await page.request.get(`http://127.0.0.1:${apiPort}/cdr/period/2026-10-08/2026-10-08`, {
    headers: { authorization: `Basic ${credentials}` },
  });
  const record = (await upstream.json()).cdr.find((one: { conf_num?: string }) => one.conf_num);
  // Asked for with a question that only the CDR API can answer.
  const response = await ask(page.request, `/api/v1/conferences/${record.conf_num}`, { method: "POST" });
  expect(response.status()).toBe(200);
  const { rows: calls } = await response.json();
  expect(calls.length).toBeGreaterThan(0);
  await open(page, "/conferences/no-such-conference");
  await expect(page.getByText(/There is no conference "no-such-conference"/)).toBeVisible();
});

test("rooms: searched by name, sorted by a figure, labelled, tagged; a tag is a filter and a dimension", async ({ page }) => {
  await open(page, `/rooms?${october}`);
  await page.getByRole("searchbox", { name: "Name, label or id" }).fill("telehealth");
  const table = page.getByRole("table", { name: "Rooms" });
  await expect(table.getByRole("link", { name: /Telehealth A/ })).toBeVisible();
  await expect(table.getByRole("link", { name: /Board review/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Calls", exact: true }).click();
  await expect(page).toHaveURL(/order=-calls/);
  await page.getByRole("link", { name: /Telehealth A/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Telehealth A" })).toBeVisible();
  const room = decodeURIComponent(new URL(page.url()).pathname.split("/").pop() as string);
  const [figures] = await rows(page, `/api/v1/metrics?measures=billed_minutes&by=room&room=${room}&${october}`);
  await expect(page.getByTestId("figure-billed_minutes").getByTestId("value")).toHaveText(new Intl.NumberFormat("en-IN").format(figures?.billed_minutes ?? -1));
  await page.getByRole("button", { name: "Label and tag" }).click();
  await page.getByRole("dialog").getByLabel("Label").fill("Clinic, first floor");
  await page.getByRole("dialog").getByLabel("Tag").fill("Cardiology");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Clinic, first floor" })).toBeVisible();
  const tagged = await rows(page, `/api/v1/metrics?measures=billed_minutes&by=tag&tag=Cardiology&${october}`);
  expect(tagged).toEqual([{ tag: "Cardiology", billed_minutes: figures?.billed_minutes }]);
});

test("calls: a long list scrolls, is sorted and picked from; columns and order are in the address", async ({ page }) => {
  await open(page, `/calls?${october}`);
  const list = page.getByTestId("calls");
  await expect(list.getByRole("row").nth(1)).toBeVisible();
  // Scrolling stops at what has come so far, so one goes on as it comes.
  const range = page.getByTestId("calls-range");
  for (let step = 0; step < 12 || !/^[\d,]{3,} – /.test((await range.textContent()) ?? ""); step++) {
    await list.evaluate((element) => element.scrollBy(0, 2500));
    await drawn(page);
  }
  await expect(range).toContainText(/^[\d,]{3,} – /);
  expect(await list.getByRole("row").count()).toBeLessThan(80);
  await list.getByRole("button", { name: "Billed minutes" }).click();
  await expect(page).toHaveURL(/sort=-billed_minutes/);
  const [longest] = await rows(page, `/api/v1/calls?${october}&sort=-billed_minutes&limit=1`);
  await expect(list.getByRole("row").nth(1)).toContainText(String(longest?.user_name));
  await list.getByRole("row").nth(1).getByRole("checkbox").check();
  await list.getByRole("row").nth(2).getByRole("checkbox").check();
  await expect(page.getByText("2 picked")).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("dialog").getByLabel("Log ID").check();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/fields=.*call_log_id/);
  await expect(list.getByRole("columnheader", { name: "Log ID" })).toBeVisible();
});

test("one call leads to the same person's calls before and after it", async ({ page }) => {
  const people = await rows(page, `/api/v1/metrics?measures=calls&by=person&order=-calls&limit=5&${october}`);
  const person = people.find((row) => row.person !== null);
  const calls = await rows(page, `/api/v1/calls?${october}&person=${encodeURIComponent(String(person?.person))}&sort=logged&limit=3`);
  await open(page, `/calls/${calls[1]?.call_id}`);
  await expect(page.getByTestId("raw")).toContainText(String(calls[1]?.call_id));
  await page.getByRole("link", { name: "Next call" }).click();
  await expect(page.getByTestId("raw")).toContainText(String(calls[2]?.call_id));
  await page.getByRole("link", { name: "Previous call" }).click();
  await page.getByRole("link", { name: "Previous call" }).click();
  await expect(page.getByTestId("raw")).toContainText(String(calls[0]?.call_id));
});

test("why a figure changed: a ranked list that narrows the view", async ({ page }) => {
  await open(page, "/overview?from=2026-10-12&to=2026-10-16");
  await page
    .getByTestId("figure-bad_share")
    .getByRole("button", { name: /why did it change/i })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Browser", exact: true }).click();
  const table = dialog.getByRole("table", { name: /by browser/ });
  await expect(table.getByRole("button").first()).toBeVisible();
  const name = await table.getByRole("button").first().textContent();
  await table.getByRole("button").first().click();
  await expect(page).toHaveURL(new RegExp(`browser=${encodeURIComponent(name ?? "").replaceAll("%20", "\\+")}`));
});

test("clients: the browser that is worse than the rest is named, and a click narrows to it", async ({ page }) => {
  await open(page, `/clients?${october}`);
  const table = page.getByRole("table", { name: "Groups compared with the rest" });
  await expect(table.getByRole("row").nth(1)).toContainText(/Firefox|okhttp/);
  await expect(table.getByRole("row").nth(1)).toContainText("hardly");
  await table.getByRole("button", { name: "Firefox", exact: true }).click();
  await expect(page).toHaveURL(/browser=Firefox/);
});

test("explore: measures, dimensions and form are in the address, which reproduces them", async ({ page }) => {
  await open(page, `/explore?${october}`);
  await page.getByLabel("and", { exact: true }).selectOption("role");
  await page.getByLabel("As", { exact: true }).selectOption("heat");
  await page.getByRole("button", { name: /^Show:/ }).click();
  await page.getByRole("dialog").getByLabel("Conferences").click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/by=day%2Crole/);
  await page.reload();
  await expect(page.getByRole("table", { name: "Conferences by role and day" })).toBeVisible();
  await page.getByLabel("As", { exact: true }).selectOption("table");
  const expected = await rows(page, `/api/v1/metrics?measures=billed_minutes,bad_share,conferences&by=day,role&${october}`);
  await expect(page.getByRole("table", { name: "Explored figures" }).getByRole("row")).toHaveCount(expected.length + 1);
});

test("find: Ctrl K, then rooms, people and a Log ID by the keyboard alone", async ({ page }) => {
  const [call] = await rows(page, `/api/v1/calls?${october}&limit=1`);
  await open(page, `/overview?${october}`);
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder(/Room, conference/)).toBeFocused();
  await page.keyboard.type("board rev");
  await expect(page.getByRole("option", { name: /Board review/ }).first()).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(String(call?.call_log_id));
  await expect(page.getByRole("option", { name: /Log ID/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/calls/${call?.call_id}`));
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder(/Room, conference/)).toBeFocused();
  await page.keyboard.type("qual");
  await expect(page.getByRole("option", { name: "Quality" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/quality/);
});

test("a saved view keeps page and filters, is listed, and can be where one starts", async ({ page }) => {
  await open(page, `/quality?${october}&role=moderator`);
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Moderators in October");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await open(page, "/reports");
  const row = page.getByRole("row", { name: /Moderators in October/ });
  await row.getByRole("button", { name: "Start here" }).click();
  await expect(row.getByText("you start here")).toBeVisible();
  await open(page, "/");
  await expect(page).toHaveURL(/\/quality\?.*role=moderator/);
  await open(page, "/reports");
  await row.getByRole("button", { name: "Change Moderators in October" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No saved views yet")).toBeVisible();
  await open(page, "/");
  await expect(page).toHaveURL(/\/overview/);
});

test("dragging over a chart narrows the period", async ({ page }) => {
  await open(page, `/overview?${october}`);
  await page.mouse.move(5, 400);
  await page.locator(".recharts-bar-rectangle").first().waitFor();
  const box = await page.getByRole("img", { name: /Billed connect minutes/ }).boundingBox();
  if (!box) throw new Error("no chart");
  await page.mouse.move(box.x + 200, box.y + 120);
  await page.mouse.down();
  await page.mouse.move(box.x + 320, box.y + 120, { steps: 6 });
  await page.mouse.move(box.x + 420, box.y + 120, { steps: 6 });
  await page.mouse.up();
  await expect(page).not.toHaveURL(/from=2026-10-01/);
  const { searchParams } = new URL(page.url());
  expect(String(searchParams.get("from")) < String(searchParams.get("to"))).toBe(true);
});
