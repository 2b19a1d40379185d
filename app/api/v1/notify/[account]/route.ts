import { noticeFits } from "@/lib/accounts";
import { addressOf, limitRate } from "@/lib/auth";
import { AppError } from "@/lib/error";
import { json, route, schemas } from "@/lib/http";
import { receiveNotice } from "@/lib/sync";

/** Notices a minute: of one address before its secret is looked at, and of one account after. */
const perMinute = { address: 240, account: 120 };

/** The password of HTTP Basic; the user is the account's id and stands in the path already. */
function secretOf(request: Request): string {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  return Buffer.from(encoded, "base64").toString("utf8").split(":").slice(1).join(":");
}

/** Who is known by the secret is asked before anything of the body is looked at; an unknown account is refused alike. */
async function admit(request: Request, account: string): Promise<void> {
  limitRate("notice-address", addressOf(request.headers), perMinute.address);
  if (!(await noticeFits(account, secretOf(request)))) throw new AppError("signed_out", "Send the account's id and its secret for notices by HTTP Basic.");
  limitRate("notice-account", account, perMinute.account);
}

/** For the CDR service: a conference's CDRs are ready. Queues a fetch of it and answers at once. */
export const POST = route(
  {
    role: "public",
    admit: (request, params) => admit(request, String(params.account)),
    params: schemas.noticePath,
    query: schemas.noQuery,
    body: schemas.noticeBody,
  },
  async ({ params, body }) => json({ queued: await receiveNotice(params.account, body.conf_num, body.type) }, 202),
);
