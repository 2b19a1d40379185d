import { exportResponse, metricsCsv, metricsExportQuery, metricsXlsx } from "@/lib/export";
import { isUnlocked, openShare, viewOfLink } from "@/lib/sharing";
import { cookieOf, daysOf, htmlResponse, mayChoose, sharedHeaders, tooMany } from "./shared";

/** A link's figures by day as a file, where its maker allowed that. Refused ones look like links that are not there. */
export async function fileOf(request: Request, token: string, form: "csv" | "xlsx"): Promise<Response> {
  const share = await openShare(token);
  if (!share?.allowDownload || !isUnlocked(share, cookieOf(request, share))) return new Response("Not available", { status: 404, headers: sharedHeaders() });
  if (!mayChoose(request, share)) return htmlResponse(tooMany, 429, sharedHeaders());
  const { filters, scope, ...view } = await viewOfLink(share, daysOf(request));
  const measures = ["billed_minutes", ...(share.showCost ? ["cost"] : []), "calls", "conferences", "people", "bad_calls", "rated_calls"];
  const defined = Object.fromEntries(Object.entries({ ...view, ...filters }).filter(([, value]) => value !== undefined));
  const input = metricsExportQuery.parse({ ...defined, measures: measures.join(","), by: "day" });
  const defaults = { tz: view.tz, now: Date.now(), scope };
  const file = exportResponse(form === "csv" ? await metricsCsv(input, defaults) : await metricsXlsx(input, defaults));
  for (const [name, value] of Object.entries(sharedHeaders())) file.headers.set(name, value);
  return file;
}
