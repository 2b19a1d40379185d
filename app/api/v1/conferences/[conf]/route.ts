import { limitRate } from "@/lib/auth";
import { AppError } from "@/lib/error";
import { json, route, schemas } from "@/lib/http";
import { findConference } from "@/lib/metrics";
import { isLimited } from "@/lib/scope";
import { fetchConference } from "@/lib/sync";

const spec = { params: schemas.confPath, query: schemas.noQuery };
/** Conferences a minute that one caller may have fetched from the CDR API. */
const perMinute = 30;

/** A conference that is not loaded yet is fetched and kept. */
export const GET = route({ role: "viewer", ...spec }, async ({ params: { conf }, principal, request }) => {
  try {
    return json(await findConference(conf, principal.scope));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    // Fetching would tell somebody with a part of the calls that it is there.
    if (isLimited(principal.scope)) throw error;
    limitRate("conference", `${principal.kind}:${principal.id}`, perMinute);
    const fetched = await fetchConference(conf, request.signal).catch((fault: unknown) => {
      if (!(fault instanceof AppError)) throw fault;
      throw new AppError("not_found", `${error.message} Asking the CDR API for it failed: ${fault.message}`, { upstream: fault.upstream });
    });
    if (fetched === 0) throw new AppError("not_found", `There is no conference "${conf}", neither among the loaded records nor at the CDR API.`);
    return json(await findConference(conf, principal.scope));
  }
});

/** Fetches it again, for calls that came later. */
export const POST = route({ role: "analyst", whole: true, ...spec }, async ({ params: { conf }, principal, request }) => {
  limitRate("conference", `${principal.kind}:${principal.id}`, perMinute);
  await fetchConference(conf, request.signal);
  return json(await findConference(conf, principal.scope));
});
