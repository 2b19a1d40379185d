import { json, route, schemas } from "@/lib/http";
import { findConference } from "@/lib/metrics";

export const GET = route({ role: "viewer", params: schemas.confPath, query: schemas.noQuery }, async ({ params }) => json(await findConference(params.conf)));
