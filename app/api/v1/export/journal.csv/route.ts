import { readJournal } from "@/lib/auth";
import { csvFile, exportResponse } from "@/lib/export";
import { route, schemas } from "@/lib/http";

const columns = ["id", "at", "actor", "action", "outcome", "address"] as const;
const most = 1_000;

export const GET = route({ role: "admin", query: schemas.journalQuery }, async ({ query }) => {
  async function* rows() {
    for (let cursor = query.cursor; ; ) {
      const page = await readJournal({ ...query, limit: most, cursor });
      yield page.rows.map((entry) => columns.map((name) => entry[name]));
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }
  return exportResponse(async () => csvFile("meetledger-journal.csv", [...columns], rows()));
});
