import { json, route, schemas } from "@/lib/http";
import { listJobs, startJob } from "@/lib/sync";

export const GET = route({ role: "viewer", whole: true, query: schemas.jobsQuery }, async ({ query }) => json({ rows: await listJobs(query.limit) }));

export const POST = route({ role: "analyst", whole: true, query: schemas.noQuery, body: schemas.syncBody }, async ({ body, principal }) =>
  json({ jobId: await startJob({ ...body, requestedBy: principal.name }) }, 202),
);
