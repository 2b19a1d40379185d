import { json, openApi, route } from "@/lib/http";

export const GET = route({ role: "public" }, async () => json(openApi()));
