import { readJournal } from "@/lib/auth";
import { json, route, schemas } from "@/lib/http";

export const GET = route({ role: "admin", query: schemas.journalQuery }, async ({ query }) => json(await readJournal(query)));
