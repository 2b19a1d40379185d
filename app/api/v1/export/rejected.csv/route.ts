import { csvFile, exportResponse } from "@/lib/export";
import { route, schemas } from "@/lib/http";
import { listRejected, type Rejected } from "@/lib/metrics";

const columns = ["account", "reason", "firstAt", "lastAt", "sightings", "hash", "raw"] as const satisfies readonly (keyof Rejected)[];
const most = 500;

/** Every rejected record with its reason, and as it came. */
export const GET = route({ role: "viewer", whole: true, query: schemas.rejectedExport }, async ({ query, principal }) => {
  async function* pages() {
    for (let offset = 0; ; offset += most) {
      const { rows } = await listRejected(query.account, most, offset, principal.scope);
      yield rows.map((row) => columns.map((name) => row[name]));
      if (rows.length < most) return;
    }
  }
  return exportResponse(async () => csvFile("meetledger-rejected.csv", [...columns], pages()));
});
