import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { ask, signedInAs } from "./api";
import { open } from "./page";
import { signedInFile } from "./settings";

test.use({ storageState: signedInFile });

const widths = [1440, 390];

async function expectReadable(page: Page): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `at ${width}`).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("what somebody left behind says so where it is listed, and an admin takes it over", async ({ page, playwright, request }) => {
  const [email, password] = [`leaver-${test.info().workerIndex}@example.com`, "a password of one's own"];
  await ask(request, "/api/v1/people", { method: "POST", data: { name: "Leela Left", email, password, role: "analyst" } });
  const session = await signedInAs(playwright, email, password);
  const view = await (await session.post("/api/v1/views", { data: { name: "Of one who left", page: "/overview", query: "", team: true } })).json();
  const recipients = ["finance@example.com"];
  const schedule = { name: "Left mail", view: view.id, form: "html", every: "day", hour: 6, tz: "UTC", period: "today", recipients };
  expect((await session.post("/api/v1/schedules", { data: schedule })).status()).toBe(201);
  const alert = { name: "Left alert", measure: "calls", way: "above", mark: 1, tz: "UTC", recipients };
  expect((await session.post("/api/v1/alerts", { data: alert })).status()).toBe(201);
  const share = { title: "Left link", page: "overview", query: "from=2026-10-01&to=2026-10-31" };
  const { token } = await (await session.post("/api/v1/shares", { data: share })).json();
  await session.dispose();

  await open(page, "/settings");
  await page.getByRole("button", { name: "Change Leela Left" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Leela Left made 1 link, 1 schedule, 1 alert.");
  await dialog.getByRole("button", { name: "Deactivate" }).click();
  await expect(dialog).toBeHidden();
  const { rows } = await (await ask(request, "/api/v1/journal?action=what%20Leela&limit=1")).json();
  expect(rows[0].action).toBe("what Leela Left made goes by other rights: 1 link, 1 schedule, 1 alert");
  expect((await request.get(`/s/${token}`)).status()).toBe(404);

  await open(page, "/reports");
  const told = "Its maker Leela Left is deactivated.";
  for (const [name, who] of [
    ["Left mail", "An analyst or admin can take it over."],
    ["Left link", "An admin can take it over."],
  ]) {
    const row = page.getByRole("row", { name: new RegExp(name as string) });
    await expect(row).toContainText(`${told} ${who}`);
  }
  await expectReadable(page);
  for (const name of ["Left mail", "Left link"]) {
    await page.getByRole("button", { name: `Take over ${name}` }).click();
    await expect(page.getByRole("row", { name: new RegExp(name) })).not.toContainText(told);
  }
  expect((await request.get(`/s/${token}`)).status()).toBe(200);

  await open(page, "/alerts");
  const row = page.getByRole("row", { name: /Left alert/ }).first();
  await expect(row).toContainText(`${told} An analyst or admin can take it over.`);
  await expectReadable(page);
  await row.getByRole("button", { name: "Take over Left alert" }).click();
  await expect(row).not.toContainText(told);

  // What other tests look at is left as it was.
  for (const [path, name] of [
    ["schedules", "Left mail"],
    ["alerts", "Left alert"],
    ["views", "Of one who left"],
  ]) {
    const list = (await (await ask(request, `/api/v1/${path}`)).json()).rows as { id: string; name: string }[];
    await ask(request, `/api/v1/${path}/${list.find((one) => one.name === name)?.id}`, { method: "DELETE" });
  }
});
