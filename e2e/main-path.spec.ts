import { expect, type Page, test } from "@playwright/test";
import { totals } from "./api";
import { open } from "./page";
import { apiPort, person, sample, signedInFile } from "./settings";

test.describe.configure({ mode: "serial" });

const october = "from=2026-10-01&to=2026-10-31";
const measures = "measures=billed_minutes,calls,conferences,people,bad_share,peak_concurrent";
const indian = (value: number) => new Intl.NumberFormat("en-IN").format(value);
const figure = (page: Page, name: string) => page.getByTestId(`figure-${name}`).getByTestId("value");
let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
});
test.afterAll(() => page.close());

async function expectFigures(query: string): Promise<void> {
  const expected = await totals(page.request, `${measures}&${query}`);
  await expect(figure(page, "billed_minutes")).toHaveText(indian(expected.billed_minutes as number));
  await expect(figure(page, "calls")).toHaveText(indian(expected.calls as number));
  await expect(figure(page, "conferences")).toHaveText(indian(expected.conferences as number));
  await expect(figure(page, "people")).toHaveText(indian(expected.people as number));
  await expect(figure(page, "bad_share")).toHaveText(`${((expected.bad_share as number) * 100).toFixed(1)} %`);
  await expect(figure(page, "peak_concurrent")).toHaveText(indian(expected.peak_concurrent as number));
}

test("the set-up page makes the first admin, once", async () => {
  await open(page, "/");
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("short");
  await page.getByLabel("Password").evaluate((input) => input.removeAttribute("minlength"));
  await page.getByRole("button", { name: "Make the first admin" }).click();
  await expect(page.getByText("must have at least 10 characters")).toBeVisible();
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Make the first admin" }).click();
  await expect(page).toHaveURL(/\/accounts$/);
  await page.context().clearCookies();
  await open(page, "/setup");
  await expect(page).toHaveURL(/\/login$/);
});

test("a wrong password is refused, the right one signs in", async () => {
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("The e-mail address, the password or the code is wrong.")).toBeVisible();
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/overview$/);
  await expect(page.getByText("No account is set up")).toBeVisible();
  await page.context().storageState({ path: signedInFile });
});

test("an account is added after its connection was tested; what is wrong is said exactly", async () => {
  await open(page, "/accounts");
  await page.getByRole("button", { name: "Add account" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Sample");
  await dialog.getByLabel("APP_ID").fill(sample.appId);
  await dialog.getByLabel("APP_KEY").fill("wrong-key");
  await dialog.getByLabel("Base URL").fill(`http://localhost:${apiPort}`);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByText(/resolves to a private, loopback or link-local address/)).toBeVisible();
  await dialog.getByLabel("Base URL").fill(`http://127.0.0.1:${apiPort}`);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByText(/refused the credentials of account "Sample" \(401\)/)).toBeVisible();
  await expect(dialog.getByText("req-401")).toBeVisible();
  await dialog.getByLabel("APP_KEY").fill(sample.appKey);
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByText(/Connected\./)).toBeVisible();
  await dialog.getByRole("button", { name: "Add account" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("cell", { name: "Sample", exact: true })).toBeVisible();
});

test("a page with missing days says which, and loads them with visible progress", async () => {
  await open(page, `/overview?${october}`);
  await expect(page.getByText("31 days (UTC) are not loaded: 1 – 31 Oct 2026")).toBeVisible();
  await page.getByRole("button", { name: "Load 31 days" }).click();
  await expect(page.getByTestId("job")).toHaveAttribute("data-state", "running");
  await expect(page.getByText(/ of 31 days · /)).toBeVisible();
  await expect(page.getByTestId("job")).toHaveCount(0);
  await expect(page.getByText("days (UTC) are not loaded")).toHaveCount(0);
  await expectFigures(october);
  await open(page, "/accounts");
  const form = page.getByRole("region", { name: "Load a period" });
  await form.getByLabel("From").fill(sample.from);
  await form.getByLabel("To").fill("2026-09-30");
  await form.getByRole("button", { name: "Load" }).click();
  await expect(form.getByTestId("job")).toHaveAttribute("data-state", "done");
  await expect(form.getByText("30 of 30 days")).toBeVisible();
});

test("filters by room, by conference and by period equal the API's figures; the address carries them; Back undoes them", async () => {
  await open(page, `/overview?${october}`);
  await expectFigures(october);
  await page.getByRole("button", { name: /^Room:/ }).click();
  await page.getByLabel("Find a room").fill("board");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Board review/ })
    .click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/room=[0-9a-f]{24}/);
  const room = new URL(page.url()).searchParams.get("room");
  await expectFigures(`${october}&room=${room}`);
  await page.goBack();
  await expect(page).not.toHaveURL(/room=/);
  await expectFigures(october);
  await page.getByRole("button", { name: /^Conference:/ }).click();
  await page.getByRole("dialog").getByRole("listitem").first().getByRole("button").click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/conference=/);
  const conference = new URL(page.url()).searchParams.get("conference");
  await expectFigures(`${october}&conference=${conference}`);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: /^Period:/ }).click();
  await page.getByLabel("From").fill("2026-10-12");
  await page.getByLabel("To").fill("2026-10-16");
  await page.getByRole("button", { name: "Show these days" }).click();
  await expectFigures("from=2026-10-12&to=2026-10-16");
  await page.goBack();
  await expectFigures(`${october}&conference=${conference}`.replace(`&conference=${conference}`, ""));
});

test("an address reproduces the view in a fresh session, in another zone and basis too", async ({ browser }) => {
  const address = `/overview?${october}&tz=Asia%2FKolkata&basis=connected&role=moderator`;
  const context = await browser.newContext();
  const fresh = await context.newPage();
  await open(fresh, address);
  await expect(fresh).toHaveURL(/\/login/);
  await context.addCookies(await page.context().cookies());
  await open(fresh, address);
  const expected = await totals(page.request, `${measures}&${october}&tz=Asia%2FKolkata&basis=connected&role=moderator`);
  await expect(figure(fresh, "billed_minutes")).toHaveText(indian(expected.billed_minutes as number));
  await expect(fresh.getByText("Days in Asia/Kolkata · by connect time")).toBeVisible();
  await context.close();
});

test("a click on a day narrows to it, and the chart's figures stand in a table", async () => {
  await open(page, `/overview?${october}`);
  await page.getByRole("button", { name: /Billed connect minutes per day: show the figures/ }).click();
  const table = page.getByRole("table", { name: "Billed connect minutes per day" });
  await expect(table.getByRole("row")).toHaveCount(32);
  await page.getByRole("button", { name: /Billed connect minutes per day: show the chart/ }).click();
  await page.locator(".recharts-bar-rectangle").first().waitFor();
  const chart = page.getByRole("img", { name: /Billed connect minutes/ });
  await chart.hover({ position: { x: 300, y: 150 } });
  await expect(page.getByText("Total", { exact: true })).toBeVisible();
  await chart.click({ position: { x: 301, y: 150 } });
  await expect(page).toHaveURL(/from=(2026-10-\d\d)&to=\1/);
});

test("a wrong parameter in the address is told, not hidden", async () => {
  await open(page, "/overview?from=2026-13-01&to=2026-10-31");
  await expect(page.getByText("must be a day as YYYY-MM-DD").first()).toBeVisible();
});
