import { roleFor } from "@/lib/auth";
import { previewFile, reconcile, reconcileQuery } from "@/lib/billing";
import { exportResponse, listCsv, listXlsx, reconciliationList } from "@/lib/export";
import { bodyFile, json, route, viewDefaults } from "@/lib/http";

const mostBytes = 200 * 1024 * 1024;

/** The vendor's list of CDRs (CSV, XLSX or XLS) as the body, held against the loaded calls: as an answer, or every row that is not matched as a file. */
export const POST = route({ role: roleFor.reconcile, whole: true, work: "heavy", query: reconcileQuery }, async ({ query, request, principal }) => {
  const file = await bodyFile(request, mostBytes);
  if (query.preview === "yes") return json(await previewFile(file));
  const defaults = await viewDefaults(principal);
  if (query.form === "json") return json(await reconcile(file, query, defaults));
  const list = await reconciliationList(file, query, defaults);
  return exportResponse(async () => (query.form === "csv" ? listCsv(list) : await listXlsx(list)));
});
