import type { Page, Request, Response } from "@playwright/test";

const pending = new WeakMap<Page, Set<Request>>();

/** What the page has asked for and not got yet, from now on. */
function pendingOf(page: Page): Set<Request> {
  const known = pending.get(page);
  if (known) return known;
  const requests = new Set<Request>();
  pending.set(page, requests);
  page.on("request", (request) => requests.add(request));
  page.on("requestfinished", (request) => requests.delete(request));
  page.on("requestfailed", (request) => requests.delete(request));
  return requests;
}

/** Waits for some frames: what a new size or a new element sets off comes with them, and they are as slow as the machine. */
export const drawn = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  });

/** Whether React has taken over all that can be clicked or typed into, and no figure is on its way. */
const answers = () =>
  [...document.querySelectorAll("a, button, input, select")].every((element) => Object.keys(element).some((key) => key.startsWith("__reactProps$"))) &&
  !document.querySelector("[aria-busy=true], .animate-pulse");

/** Waits until a page answers and is whole. What is clicked or typed earlier is lost, and the slower the machine, the longer that is. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  const requests = pendingOf(page);
  for (let calm = 0; calm < 2; calm = requests.size === 0 ? calm + 1 : 0) {
    await page.waitForFunction(answers);
    await drawn(page);
  }
}

/** Opens a page of the app and waits until it answers. */
export async function open(page: Page, address: string): Promise<Response | null> {
  pendingOf(page);
  const response = await page.goto(address);
  await settled(page);
  return response;
}
