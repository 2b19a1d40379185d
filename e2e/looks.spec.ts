import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, expect, test } from "@playwright/test";
import { ask } from "./api";
import { signedInFile } from "./settings";

test.use({ storageState: signedInFile });

const october = "from=2026-10-01&to=2026-10-31";
/** Pages, and for those about one thing where its id comes from. */
const pages: [path: string, idOf?: string][] = [
  ["/overview"],
  ["/usage"],
  ["/quality"],
  ["/tracks"],
  ["/explore"],
  ["/rooms"],
  ["/rooms/", "by=room"],
  ["/conferences"],
  ["/conferences/", "by=conference"],
  ["/calls"],
  ["/calls/", "calls"],
  ["/people"],
  ["/people/", "by=person"],
  ["/clients"],
  ["/billing"],
  ["/reports"],
  ["/alerts"],
  ["/accounts"],
  ["/settings"],
];

/** The page's address; for a page about one thing that of the largest in October. */
async function addressOf(request: APIRequestContext, path: string, idOf: string | undefined): Promise<string> {
  if (idOf === undefined) return path;
  const query = idOf === "calls" ? `/api/v1/calls?${october}&limit=1` : `/api/v1/metrics?measures=calls&${idOf}&order=-calls&limit=1&${october}`;
  const [row] = (await (await ask(request, query)).json()).rows;
  return path + encodeURIComponent(idOf === "calls" ? row.call_id : row[idOf.slice(3)]);
}

for (const theme of ["light", "dark"] as const) {
  for (const [path, idOf] of pages) {
    test(`${path} in the ${theme} theme: axe finds nothing serious, nothing overflows at 1440 and 390 px`, async ({ page, request }) => {
      const address = await addressOf(request, path, idOf);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await page.addInitScript((name) => localStorage.setItem("theme", name), theme);
      await page.goto(`${address}?${october}`);
      await page.waitForLoadState("networkidle");
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 });
        await page.waitForTimeout(150);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `overflow at ${width}`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `test-results/screens/${path.slice(1).replace("/", "-one")}-${width}-${theme}.png`, fullPage: true });
      }
      expect(errors).toEqual([]);
    });
  }
}
