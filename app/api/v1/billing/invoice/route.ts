import { expectedInvoice, invoiceQuery } from "@/lib/billing";
import { json, route } from "@/lib/http";

export const GET = route({ role: "viewer", whole: true, query: invoiceQuery }, async ({ query }) => json(await expectedInvoice(query)));
