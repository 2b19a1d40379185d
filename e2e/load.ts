import type { Page } from "@playwright/test";

/** Notes the largest paint (ms) and the sum of layout shifts of the pages that are opened after it. */
export const watchLoad = (page: Page) =>
  page.addInitScript(() => {
    const seen = { lcp: 0, cls: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.lcp = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) seen.cls += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });

export const seenOf = (page: Page) => page.evaluate(() => (window as unknown as { seen: { lcp: number; cls: number } }).seen);

/** Counts the scripts that a page fetches from now on, in KB as they come over the wire; the answer tells how many so far. */
export async function scriptKilobytes(page: Page): Promise<() => number> {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const scripts = new Map<string, string>();
  client.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script") scripts.set(requestId, response.url);
  });
  const sizes = new Map<string, number>();
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = scripts.get(requestId);
    if (url) sizes.set(url, encodedDataLength);
  });
  return () => [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1024;
}
