import { json, route } from "@/lib/http";

export const GET = route({ role: "public" }, async () => json({ status: "live" }));
