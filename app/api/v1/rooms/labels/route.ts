import { AppError, badInput } from "@/lib/error";
import { json, route, schemas } from "@/lib/http";
import { importLabels, listTags } from "@/lib/rooms";

const mostBytes = 5 * 1024 * 1024;

export const GET = route({ role: "viewer", query: schemas.noQuery }, async () => json({ tags: await listTags() }));

export const POST = route({ role: "analyst", query: schemas.noQuery }, async ({ request, principal }) => {
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) throw new AppError("too_large", "A file of labels may have at most 5 MB.");
  const text = await request.text();
  if (text.length > mostBytes) throw new AppError("too_large", "A file of labels may have at most 5 MB.");
  if (text.trim() === "") throw badInput("file", "is empty");
  return json(await importLabels(text, principal.name));
});
