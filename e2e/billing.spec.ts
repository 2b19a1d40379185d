import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { ask, totals } from "./api";
import { open } from "./page";
import { signedInFile } from "./settings";

test.describe.configure({ mode: "serial" });
test.use({ storageState: signedInFile });

const october = "from=2026-10-01&to=2026-10-31";
const rupees = (value: number) => new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" }).format(value).replace("₹", "₹ ");

async function downloaded(page: Page, start: () => Promise<void>): Promise<{ name: string; data: Buffer }> {
  const waiting = page.waitForEvent("download");
  await start();
  const download = await waiting;
  return { name: download.suggestedFilename(), data: readFileSync(await download.path()) };
}

test("a rate card gives calls a cost, everywhere; a change is a new version", async ({ page }) => {
  await open(page, `/billing?${october}`);
  await expect(page.getByText("No rate card fits any call of this period")).toBeVisible();
  await page.getByRole("tab", { name: "Rate cards" }).click();
  await page.getByRole("button", { name: "Add rate card" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Standard");
  await dialog.getByLabel("Rate a connect minute").fill("0,4");
  await dialog.getByLabel("Valid from (UTC)").fill("2026-01-01");
  await dialog.getByRole("button", { name: "Add rate card" }).click();
  await expect(dialog.getByText("must be a decimal below 1,000,000 with at most six places").first()).toBeVisible();
  await dialog.getByLabel("Rate a connect minute").fill("0.40");
  await dialog.getByRole("button", { name: "Add rate card" }).click();
  await expect(page.getByText("in force")).toBeVisible();
  await page.getByRole("tab", { name: "Cost" }).click();
  const { cost, billed_minutes } = await totals(page.request, `measures=cost,billed_minutes&${october}`);
  expect(cost).toBeCloseTo((billed_minutes as number) * 0.4, 6);
  await expect(page.getByText(`${rupees(cost as number)} in all, before tax`)).toBeVisible();
  await page.getByRole("tab", { name: "Rate cards" }).click();
  await page.getByRole("button", { name: "Change Standard" }).click();
  await page.getByRole("dialog").getByLabel("Rate a connect minute").fill("0.50");
  await page.getByRole("dialog").getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByRole("table", { name: "Versions of Standard" }).getByRole("row")).toHaveCount(3);
  expect((await totals(page.request, `measures=cost&${october}`)).cost).toBeCloseTo((billed_minutes as number) * 0.5, 6);
});

test("the expected invoice is the API's, and an invoice that came is held against it", async ({ page }) => {
  await open(page, `/billing?${october}&tab=invoice&month=2026-10`);
  const invoice = await (await ask(page.request, "/api/v1/billing/invoice?month=2026-10")).json();
  await expect(page.getByText(rupees(Number(invoice.total))).first()).toBeVisible();
  await page.getByLabel("Its minutes").fill(String((await totals(page.request, `measures=billed_minutes&${october}`)).billed_minutes as number));
  await page.getByLabel(/Its amount with tax/).fill(String(Number(invoice.total) + 10));
  const table = page.getByRole("table", { name: /The invoice that came/ });
  await expect(table.getByRole("row", { name: /Minutes/ })).toContainText("±0");
  await expect(table.getByRole("row", { name: /Amount/ })).toContainText("+₹ 10.00");
});

test("a budget is set and the month is told against it", async ({ page }) => {
  await open(page, "/billing");
  await page.getByRole("button", { name: "set one" }).click();
  await page
    .getByRole("dialog")
    .getByLabel(/Amount a month/)
    .fill("50000");
  await page.getByRole("dialog").getByRole("button", { name: "Set budget" }).click();
  await expect(page.getByRole("dialog").getByText("₹ 50,000.00")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Budget" })).toContainText("₹ 50,000.00");
});

test("a finding is disputed with a note, and the evidence is taken away", async ({ page }) => {
  await open(page, `/billing?${october}&tab=audit`);
  await page.getByRole("table", { name: "Findings by rule" }).getByRole("button", { name: "No billing figure" }).click();
  await expect(page).toHaveURL(/rule=unbilled/);
  const findings = page.getByRole("table", { name: "Findings", exact: true });
  await findings
    .getByRole("button", { name: /Decide about/ })
    .first()
    .click();
  await page.getByRole("dialog").getByLabel("State").selectOption("disputed");
  await page.getByRole("dialog").getByLabel("Note").fill("Ticket 4711");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByLabel("State", { exact: true }).selectOption("disputed");
  await expect(findings.getByRole("row")).toHaveCount(2);
  const { data } = await downloaded(page, () => page.getByRole("link", { name: "Evidence for the vendor, CSV" }).click());
  expect(parse(data, { bom: true, columns: true })).toMatchObject([{ state: "disputed", note: "Ticket 4711", rule: "No billing figure" }]);
});

test("reconciliation: a list with one row changed, one gone and one more adds up to the difference", async ({ page }) => {
  const list = parse(await (await ask(page.request, "/api/v1/export/calls.csv?from=2026-10-14&to=2026-10-14&fields=call_id,billed_minutes")).body(), {
    bom: true,
    columns: true,
  }) as {
    call_id: string;
    billed_minutes: string;
  }[];
  const rows = list.slice(1).map(({ call_id, billed_minutes }, index) => `${call_id},${Number(billed_minutes || 0) + (index === 0 ? 5 : 0)}`);
  await open(page, "/billing?from=2026-10-14&to=2026-10-14&tab=reconcile");
  await page
    .getByLabel(/from the vendor's portal/)
    .setInputFiles({ name: "vendor.csv", mimeType: "text/csv", buffer: Buffer.from(`CDR ID,Billed Minutes\n${rows.join("\n")}\nunknown,7\n`) });
  await expect(page.getByLabel("Column with the CDR id or Log ID")).toHaveValue("CDR ID");
  await page.getByRole("button", { name: "Compare" }).click();
  const table = page.getByRole("table", { name: "Where the difference comes from" });
  await expect(table.getByRole("row", { name: /Missing here/ })).toContainText("+7");
  await expect(table.getByRole("row", { name: /Missing there/ })).toContainText("1");
  await expect(table.getByRole("row", { name: /Differing/ })).toContainText("+5");
  await expect(table.getByRole("row", { name: /Matched/ })).toContainText(new Intl.NumberFormat("en-IN").format(list.length - 2));
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "csv", exact: true }).click();
  const file = Buffer.concat(await (await (await download).createReadStream()).toArray());
  const taken = parse(file, { bom: true, columns: true }) as Record<string, string>[];
  expect(taken.map(({ group, adds }) => `${group} ${adds}`).sort()).toEqual([
    "differing 5",
    "missing here 7",
    `missing there ${-Number(list[0]?.billed_minutes)}`,
  ]);
});

test("exports: the file's sums are the page's figures; pictures are made of every chart of Overview", async ({ page }) => {
  await open(page, `/overview?${october}&role=moderator`);
  const expected = await totals(page.request, `measures=billed_minutes,calls&${october}&role=moderator`);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const calls = await downloaded(page, () => page.getByRole("button", { name: "Calls, CSV", exact: true }).click());
  const rows = parse(calls.data, { bom: true, columns: true }) as Record<string, string>[];
  expect(rows.length).toBe(expected.calls);
  expect(rows.reduce((sum, row) => sum + Number(row.billed_minutes || 0), 0)).toBe(expected.billed_minutes);
  expect(calls.name).toBe("meetledger-calls-2026-10-01-to-2026-10-31.csv");
  await expect(page.getByRole("dialog").getByText("is saved")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const workbook = await downloaded(page, () => page.getByRole("button", { name: "Finance workbook, XLSX" }).click());
  expect(workbook.name).toMatch(/\.xlsx$/);
  expect(workbook.data.subarray(0, 2).toString()).toBe("PK");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  for (const title of ["Billed connect minutes per day", "Call quality", "Published tracks"]) {
    for (const form of ["PNG", "SVG"]) {
      await page.getByRole("button", { name: `${title}: export` }).click();
      const picture = await downloaded(page, () => page.getByRole("button", { name: `Picture, ${form}` }).click());
      if (form === "PNG") {
        expect(picture.data.subarray(1, 4).toString()).toBe("PNG");
        // The header's width: twice the sheet's.
        expect(picture.data.readUInt32BE(16)).toBeGreaterThan(900);
      } else {
        // What a chart leaves out where it is narrow is left out of its picture too.
        const names = await page.getByRole("region", { name: title }).locator("text").filter({ visible: true }).allTextContents();
        const drawn = [...picture.data.toString().matchAll(/<text[^>]*>(?:<tspan[^>]*>)?([^<]+)/g)].map(([, name]) => name);
        expect(drawn.sort()).toEqual(names.sort());
      }
    }
  }
});

test("a page on paper: no navigation, no controls, white", async ({ page }) => {
  await open(page, `/overview?${october}`);
  await page
    .getByRole("img", { name: /Billed connect minutes/ })
    .locator("rect")
    .first()
    .waitFor();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
  await expect(page.getByRole("toolbar", { name: "Filters" })).toBeHidden();
  expect((await page.pdf({ format: "A4", printBackground: true, path: "test-results/overview.pdf" })).subarray(0, 4).toString()).toBe("%PDF");
});

test("a saved view is scheduled, and says that no mail server is set", async ({ page }) => {
  const view = await page.request.post("/api/v1/views", {
    data: { name: "October costs", page: "/billing", query: october, team: true },
    headers: { "sec-fetch-site": "same-origin" },
  });
  expect(view.status()).toBe(201);
  await open(page, "/reports");
  await expect(page.getByText("No mail server is set")).toBeVisible();
  await page.getByRole("button", { name: "Add schedule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Monthly costs");
  await dialog.getByLabel("To", { exact: true }).fill("finance@example.com");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Monthly costs/ });
  await expect(row).toContainText("on the first of the month at 06:00 UTC");
  await row.getByRole("button", { name: "Change Monthly costs" }).click();
  await dialog.getByRole("button", { name: "Send to me now" }).click();
  await expect(dialog.getByText("No mail server is set. SMTP_URL names one.")).toBeVisible();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Nothing is sent yet.")).toBeVisible();
  await page.request.delete(`/api/v1/views/${(await view.json()).id}`, { headers: { "sec-fetch-site": "same-origin" } });
});
