import { previewFile, reconcile, reconcileQuery } from "@/lib/billing";
import { AppError, badInput } from "@/lib/error";
import { json, route, viewDefaults } from "@/lib/http";

const mostBytes = 200 * 1024 * 1024;

async function fileOf(request: Request): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > mostBytes) throw new AppError("too_large", "The file may have at most 200 MB.");
    parts.push(part);
  }
  if (size === 0) throw badInput("file", "is empty");
  return Buffer.concat(parts);
}

/** The vendor's list of CDRs (CSV or XLSX) as the body, held against the loaded calls. */
export const POST = route({ role: "viewer", query: reconcileQuery }, async ({ query, request }) => {
  const file = await fileOf(request);
  return json(query.preview === "yes" ? await previewFile(file) : await reconcile(file, query, await viewDefaults()));
});
