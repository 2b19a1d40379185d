import { json, route, schemas } from "@/lib/http";
import { cancelJob, findJob } from "@/lib/sync";

export const GET = route({ role: "viewer", whole: true, params: schemas.jobPath, query: schemas.noQuery }, async ({ params }) =>
  json(await findJob(params.jobId)),
);

export const DELETE = route({ role: "analyst", whole: true, params: schemas.jobPath, query: schemas.noQuery }, async ({ params, principal }) => {
  await cancelJob(params.jobId, principal.name);
  return new Response(null, { status: 204 });
});
