import { expectedInvoice, invoiceQuery } from "@/lib/billing";
import { json, route } from "@/lib/http";

export const GET = route({ role: "viewer", query: invoiceQuery }, async ({ query }) => json(await expectedInvoice(query)));
