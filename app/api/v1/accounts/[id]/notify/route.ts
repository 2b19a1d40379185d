import { endNotices, findAccount, newNoticeSecret } from "@/lib/accounts";
import { json, route, schemas } from "@/lib/http";
import { listNotices } from "@/lib/sync";

const spec = { role: "admin", params: schemas.idPath, query: schemas.noQuery } as const;

export const GET = route(spec, async ({ params }) => json({ rows: await listNotices((await findAccount(params.id)).id, 20) }));

/** A new secret; it is shown once, and an earlier one ends. */
export const POST = route(spec, async ({ params }) => json({ secret: await newNoticeSecret(params.id) }, 201));

export const DELETE = route(spec, async ({ params }) => {
  await endNotices(params.id);
  return new Response(null, { status: 204 });
});
