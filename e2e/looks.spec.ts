import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import { ask } from "./api";
import { drawn, open, settled } from "./page";
import { signedInFile } from "./settings";

/** Every page as it is seen: in both themes, at both widths, with charts as drawings and alive. */

test.use({ storageState: signedInFile });
test.describe.configure({ mode: "parallel" });

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
  const query = idOf === "calls" ? `/api/v1/calls?${october}&limit=1` : `/api/v1/metrics?measures=calls&${idOf}&order=-calls&limit=2&${october}`;
  const { rows } = (await (await ask(request, query)).json()) as { rows: Record<string, string | null>[] };
  // Calls of no room or no person are a group too, but have no page.
  const id = rows.map((row) => row[idOf === "calls" ? "call_id" : idOf.slice(3)]).find((value) => value != null);
  return path + encodeURIComponent(String(id));
}

/** What runs out of its cell of a table, over its neighbour. */
const outOfCells = () =>
  [...document.querySelectorAll("td, th")]
    .filter((cell) => getComputedStyle(cell).overflowX === "visible" && cell.clientWidth > 1 && cell.scrollWidth > cell.clientWidth + 1)
    .map((cell) => cell.textContent);

/** The rows of a list after the first: made like those above, and most of what looking at a page takes. */
const alikeRows = "tbody tr:nth-child(n + 8)";

async function expectNothingSerious(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).exclude(alikeRows).analyze();
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}

for (const [path, idOf] of pages) {
  test(`${path} in both themes: axe finds nothing serious, nothing overflows page or cell at 1440 and 390 px`, async ({ page, request }) => {
    const address = await addressOf(request, path, idOf);
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.addInitScript(() => localStorage.getItem("theme") ?? localStorage.setItem("theme", "light"));
    await open(page, `${address}?${october}`);
    for (const theme of ["light", "dark"] as const) {
      if (theme === "dark") {
        // The pointer's first move brings charts to life.
        await page.getByRole("button", { name: "Dark theme" }).hover();
        await page.getByRole("button", { name: "Dark theme" }).click();
        await settled(page);
      }
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await expectNothingSerious(page);
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        await drawn(page);
        await expect
          .poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), { message: `overflow at ${width}` })
          .toBeLessThanOrEqual(0);
        await expect.poll(() => page.evaluate(outOfCells), { message: `over the next cell at ${width}` }).toEqual([]);
        // For people to look at. A picture of a long page takes as long as all the checks.
        if (process.env.SCREENS)
          await page.screenshot({ path: `test-results/screens/${path.slice(1).replace("/", "-one")}-${width}-${theme}.png`, fullPage: true });
      }
    }
    expect(errors).toEqual([]);
  });
}
