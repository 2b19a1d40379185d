import { addressOf, checkThrottle, noteFailure, noteSuccess, passwordFits } from "@/lib/auth";
import { AppError } from "@/lib/error";
import { htmlPage, openShare } from "@/lib/sharing";
import { htmlResponse, sharedHeaders, unlockCookie } from "../shared";

type Context = { params: Promise<{ token: string }> };

const throttled = htmlPage("Too many tries", "<h1>Too many tries</h1><p>Try again in a few minutes.</p>");
const back = (path: string, cookie?: string) =>
  new Response(null, { status: 303, headers: { location: path, ...sharedHeaders(), ...(cookie ? { "set-cookie": cookie } : {}) } });

/** Takes a link's password; wrong ones are counted per link and address. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { token } = await params;
  const share = await openShare(token);
  if (!share || share.passwordHash === null) return back(`/s/${encodeURIComponent(token)}`);
  const address = addressOf(request.headers.get("x-forwarded-for"));
  try {
    await checkThrottle(`share:${share.id}`, address);
  } catch (error) {
    if (error instanceof AppError && error.code === "throttled") return htmlResponse(throttled, 429, sharedHeaders());
    throw error;
  }
  const form = await request.formData().catch(() => null);
  const password = String(form?.get("password") ?? "").slice(0, 1000);
  if (await passwordFits(password, share.passwordHash)) {
    await noteSuccess(`share:${share.id}`);
    return back(`/s/${token}`, unlockCookie(request, share, token));
  }
  await noteFailure(`share:${share.id}`, address);
  return back(`/s/${token}?wrong`);
}
