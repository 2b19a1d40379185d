import { expect, test } from "@playwright/test";
import { ask } from "./api";
import { open } from "./page";
import { signedInFile } from "./settings";

test.use({ storageState: signedInFile });
test.describe.configure({ mode: "serial" });

test("an alert is tried on the last 30 days, added with a signed webhook, changed and removed", async ({ page, request }) => {
  await open(page, "/alerts");
  await expect(page.getByText("Nothing is watched yet.")).toBeVisible();
  await page.getByRole("button", { name: "Add alert" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Rejected records");
  await dialog.getByLabel("Figure").selectOption({ label: "Records that were rejected" });
  await dialog.getByLabel("Mark", { exact: true }).fill("0");
  await dialog.getByLabel("Webhook").fill("http://127.0.0.1:9/hook");
  await dialog.getByRole("button", { name: "Try on the last 30 days" }).click();
  const body = { name: "x", measure: "rejected", way: "above", mark: 0, days: 1, tz: "UTC", recipients: ["a@example.com"] };
  const { fired } = await (await ask(request, "/api/v1/alerts/preview", { method: "POST", data: body })).json();
  await expect(page.getByTestId("preview")).toContainText(`Would have fired ${fired === 1 ? "once" : `${fired} times`} in the last 30 days.`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("webhook-secret")).toHaveText(/^whsec_/);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Rejected records/ })).toContainText("Records that were rejected above 0, today");
  await page.getByRole("button", { name: "Change Rejected records" }).click();
  await dialog.getByLabel("Figure").selectOption({ label: "Bad calls, share of those rated" });
  await dialog.getByLabel("Mark, in percent").fill("12.5");
  await dialog.getByLabel("Webhook").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /Rejected records/ })).toContainText("above 12.5 %");
  const [alert] = (await (await ask(request, "/api/v1/alerts")).json()).rows;
  expect(alert).toMatchObject({ mark: 0.125, webhookUrl: null, measure: "bad_share" });
  await page.getByRole("button", { name: "Change Rejected records" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Nothing is watched yet.")).toBeVisible();
});

test("a test that cannot be sent says why", async ({ page, request }) => {
  const data = { name: "To nobody", measure: "calls", way: "above", mark: 1, tz: "UTC", webhookUrl: "http://127.0.0.1:9/hook" };
  const { id } = await (await ask(request, "/api/v1/alerts", { method: "POST", data })).json();
  await open(page, "/alerts");
  await page.getByRole("button", { name: "Change To nobody" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "It was not sent" })).toBeVisible();
  await ask(request, `/api/v1/alerts/${id}`, { method: "DELETE" });
});
