import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { type MetricsSpec, metricsPath, readView, type ViewState, withFixed } from "@/components/filters/view";
import { metricsOf, metricsQuery, rawParams, runMetrics } from "@/lib/metrics";
import { readSettings } from "@/lib/state";
import { who } from "./who";

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** Answers a page's first queries on the server, so that its first screen arrives with its data. */
export async function Prefetched({
  specs,
  searchParams,
  fixed = {},
  children,
}: {
  /** Those that depend on the address are made from it. */
  specs: (MetricsSpec | ((view: ViewState, search: URLSearchParams) => MetricsSpec))[];
  searchParams: SearchParams;
  /** What the page is about; its panels have the same as `FixedFilters`. */
  fixed?: ViewState["filters"];
  children: React.ReactNode;
}) {
  const [{ timeZone }, current] = await Promise.all([readSettings(), who()]);
  if (!current) return children;
  const now = Date.now();
  const search = new URLSearchParams(Object.entries(await searchParams).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])));
  const view = withFixed(readView(search, { timeZone, now }), fixed);
  const client = new QueryClient();
  await Promise.all(
    specs.map(async (spec) => {
      const path = metricsPath(view, typeof spec === "function" ? spec(view, search) : spec);
      const parsed = metricsQuery.safeParse(rawParams(new URL(path, "http://page").searchParams));
      // What cannot be answered is asked for by the page itself, which then shows what the API says of it.
      if (!parsed.success) return;
      const answer = await runMetrics(metricsOf(parsed.data, { tz: timeZone, now, scope: current.scope })).catch(() => null);
      if (answer) client.setQueryData(["metrics", path], answer);
    }),
  );
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
