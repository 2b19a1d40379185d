import { exportResponse, metricsCsv, metricsXlsx } from "@/lib/export";
import { readerOf } from "@/lib/http";
import type { MeasureName, MetricsQuery } from "@/lib/metrics";
import { workFor } from "@/lib/reader";
import { isUnlocked, openShare, viewOfLink } from "@/lib/sharing";
import { cookieOf, daysOf, htmlResponse, mayChoose, sharedHeaders, tooMany } from "./shared";

/** A link's figures by day as a file, where its maker allowed that. Refused ones look like links that are not there. */
export async function fileOf(request: Request, token: string, form: "csv" | "xlsx"): Promise<Response> {
  const share = await openShare(token);
  if (!share?.allowDownload || !isUnlocked(share, cookieOf(request, share))) return new Response("Not available", { status: 404, headers: sharedHeaders() });
  if (!mayChoose(request, share)) return htmlResponse(tooMany, 429, sharedHeaders());
  const measures: MeasureName[] = [
    "billed_minutes",
    ...(share.showCost ? ["cost" as const] : []),
    "calls",
    "conferences",
    "people",
    "bad_calls",
    "rated_calls",
  ];
  const query: MetricsQuery = { measures, by: ["day"], view: await viewOfLink(share, daysOf(request)) };
  const file = await workFor(readerOf(request, `link ${share.id}`, true), () =>
    exportResponse(() => (form === "csv" ? metricsCsv(query, { decimal: "." }) : metricsXlsx(query, share.showNames))),
  );
  for (const [name, value] of Object.entries(sharedHeaders())) file.headers.set(name, value);
  return file;
}
