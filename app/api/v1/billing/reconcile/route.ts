import { previewFile, reconcile, reconcileQuery } from "@/lib/billing";
import { bodyFile, json, route, viewDefaults } from "@/lib/http";

const mostBytes = 200 * 1024 * 1024;

/** The vendor's list of CDRs (CSV or XLSX) as the body, held against the loaded calls. */
export const POST = route({ role: "viewer", whole: true, query: reconcileQuery }, async ({ query, request, principal }) => {
  const file = await bodyFile(request, mostBytes);
  return json(query.preview === "yes" ? await previewFile(file) : await reconcile(file, query, await viewDefaults(principal)));
});
