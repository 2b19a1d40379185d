import { addressOf, note, passwordFits, throttled } from "@/lib/auth";
import { AppError, appErrorOf } from "@/lib/error";
import { boundedRequest, checkOrigin, mostPublicBytes } from "@/lib/http";
import { openShare } from "@/lib/sharing";
import { htmlResponse, orProblem, sharedHeaders, tooMany, unlockCookie } from "../shared";

type Context = { params: Promise<{ token: string }> };

const back = (path: string, cookie?: string) =>
  new Response(null, { status: 303, headers: { location: path, ...sharedHeaders(), ...(cookie ? { "set-cookie": cookie } : {}) } });

/** Takes a link's password, from its own page alone; wrong ones are counted per link and address. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  return orProblem(() => unlock(request, token));
}

async function unlock(request: Request, token: string): Promise<Response> {
  checkOrigin(request);
  const share = await openShare(token);
  if (!share || share.passwordHash === null) return back(`/s/${encodeURIComponent(token)}`);
  const address = addressOf(request.headers);
  const form = await boundedRequest(request, mostPublicBytes)
    .formData()
    .catch((error: unknown) => {
      if (appErrorOf(error)) throw error;
      return null;
    });
  const password = String(form?.get("password") ?? "").slice(0, 1000);
  try {
    const fits = async () => ({
      tried: (await passwordFits(password, share.passwordHash, `${share.id} ${address}`)) ? ("right" as const) : ("wrong" as const),
    });
    // A link has many readers, and no place where one was before: tries from elsewhere must not slow them down.
    const { tried } = await throttled(`share:${share.id}`, address, fits, { anywhere: false });
    await note({ actor: `link ${share.id}`, action: "share password", outcome: tried === "right" ? "ok" : "refused", address });
    return tried === "right" ? back(`/s/${token}`, unlockCookie(request, share, token)) : back(`/s/${token}?wrong`);
  } catch (error) {
    if (error instanceof AppError && error.code === "throttled") return htmlResponse(tooMany, 429, sharedHeaders());
    throw error;
  }
}
