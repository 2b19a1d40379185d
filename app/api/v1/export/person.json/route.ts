import { exportResponse } from "@/lib/export";
import { route, schemas } from "@/lib/http";
import { personData } from "@/lib/privacy";

export const GET = route({ role: "admin", query: schemas.personQuery }, async ({ query }) =>
  exportResponse(async () => ({ name: "meetledger-person.json", type: "application/json", rows: null, complete: true, chunks: personData(query.person) })),
);
