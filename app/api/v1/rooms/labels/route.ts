import { bodyFile, json, route, schemas } from "@/lib/http";
import { importLabels, listTags } from "@/lib/rooms";

const mostBytes = 5 * 1024 * 1024;

export const GET = route({ role: "viewer", query: schemas.noQuery }, async ({ principal }) => json({ tags: await listTags(principal.scope) }));

export const POST = route({ role: "analyst", whole: true, query: schemas.noQuery }, async ({ request, principal }) =>
  json(await importLabels(await bodyFile(request, mostBytes), principal.name)),
);
