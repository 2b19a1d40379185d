import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { browserArgs, findBrowser } from "../e2e/browser";
import { scriptKilobytes, seenOf, watchLoad } from "../e2e/load";
import { open, settled } from "../e2e/page";

export interface Person {
  email: string;
  password: string;
}

/** The app that is measured, and periods as they stand in an address. */
export interface Measured {
  address: string;
  admin: Person;
  /** Who may see figures only. */
  viewer: Person;
  month: string;
  before: string;
  year: string;
  say: (text: string) => void;
}

/** As a viewer sees it: the same shell around a heading and a sentence, which is what a page costs before it has any figure. */
const empty = "alerts";
const shown = ["overview", "usage", "quality", "tracks", "billing", "rooms", "conferences", "calls"];
const loads = 5;

interface Load {
  lcp: number;
  cls: number;
  kilobytes: number;
  before: number;
  year: number;
}

const names = ["lcp", "cls", "kilobytes", "before", "year"] as const;
const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

type Cookies = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** A browser of its own, with nothing kept from before but the sign-in. */
async function fresh(browser: Browser, address: string, storageState?: Cookies): Promise<Page> {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 }, storageState });
  context.setDefaultTimeout(600_000);
  return context.newPage();
}

async function signedIn(browser: Browser, address: string, { email, password }: Person): Promise<Cookies> {
  const page = await fresh(browser, address);
  await open(page, "/login");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/overview$/);
  const cookies = await page.context().storageState();
  await page.context().close();
  return cookies;
}

/** Notes when the last change of the page was drawn. */
const watchChanges = (page: Page) =>
  page.addInitScript(() => {
    const last = { drawnAt: 0 };
    Object.assign(window, { last });
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        last.drawnAt = performance.now();
      });
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });

/** Changes the period as the filter bar does, and tells how long it took until the last figure was drawn. */
async function change(page: Page, query: string): Promise<number> {
  const started = await page.evaluate((next) => {
    const now = performance.now();
    window.history.pushState(null, "", `?${next}`);
    return now;
  }, query);
  await settled(page);
  return (await page.evaluate(() => (window as unknown as { last: { drawnAt: number } }).last.drawnAt)) - started;
}

async function load(browser: Browser, cookies: Cookies, name: string, { address, month, before, year }: Measured): Promise<Load> {
  const page = await fresh(browser, address, cookies);
  await watchLoad(page);
  await watchChanges(page);
  const kilobytes = await scriptKilobytes(page);
  await open(page, `/${name}?${month}`);
  const first = { ...(await seenOf(page)), kilobytes: kilobytes() };
  const changed = { before: await change(page, before), year: await change(page, year) };
  await page.context().close();
  return { ...first, ...changed };
}

/** Pages in a real browser, each beside the empty one. */
export async function pages(measured: Measured): Promise<void> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArgs });
  try {
    const { address, admin, viewer, say } = measured;
    const [adminCookies, viewerCookies] = [await signedIn(browser, address, admin), await signedIn(browser, address, viewer)];
    const emptyLoads: Load[] = [];
    const taken = new Map<string, Load[]>(shown.map((name) => [name, []]));
    // In turns, so that a busy moment of the machine meets all of them.
    for (let turn = 0; turn < loads; turn++) {
      emptyLoads.push(await load(browser, viewerCookies, empty, measured));
      for (const [name, of] of taken) of.push(await load(browser, adminCookies, name, measured));
    }
    const base = typical(emptyLoads);
    say(`Pages in a browser, signed in, 31 days, p50 of ${loads} first loads with nothing kept; then the period changed, until the last figure is drawn.`);
    say("× is against an empty page: Alerts as a viewer sees it, the same shell around a heading and a sentence, without a request.");
    say(line("an empty page", base, base));
    for (const [name, of] of taken) say(line(name, typical(of), base));
  } finally {
    await browser.close();
  }
}

const typical = (taken: Load[]) => Object.fromEntries(names.map((figure) => [figure, middle(taken.map((each) => each[figure]))])) as unknown as Load;

function line(name: string, one: Load, base: Load): string {
  const beside = (figure: (typeof names)[number], unit: string) =>
    `${one[figure].toFixed(0).padStart(5)} ${unit} ×${(one[figure] / base[figure]).toFixed(1).padEnd(5)}`;
  return [
    `  ${name.padEnd(14)}`,
    `LCP ${beside("lcp", "ms")}`,
    `CLS ${one.cls.toFixed(3)} `,
    `JavaScript ${beside("kilobytes", "kB")}`,
    `month before ${beside("before", "ms")}`,
    `365 days ${beside("year", "ms")}`,
  ].join(" ");
}
