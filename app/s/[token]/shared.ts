import { addressOf, limitRate } from "@/lib/auth";
import { detailsOf, isForOperators } from "@/lib/error";
import { htmlPage } from "@/lib/html";
import { problemPage } from "@/lib/http";
import { log } from "@/lib/log";
import { type openShare, unlockedBy } from "@/lib/sharing";

type Share = NonNullable<Awaited<ReturnType<typeof openShare>>>;

/** No scripts, nothing from elsewhere, and framed only where the link allows it. */
export function sharedHeaders(embedIn = ""): Record<string, string> {
  return {
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors ${embedIn || "'none'"}`,
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  };
}

/** What goes wrong is told to the reader as a page, with its own status. */
export async function orProblem(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (isForOperators(error)) log().error({ error: detailsOf(error) }, "a shared report could not be shown");
    return problemPage(error, sharedHeaders());
  }
}

export function htmlResponse(html: string, status: number, headers: Record<string, string>): Response {
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });
}

export const cookieName = (share: Share) => `share-${share.id}`;

export function cookieOf(request: Request, share: Share): string | undefined {
  const pairs = (request.headers.get("cookie") ?? "").split(/;\s*/).map((pair) => pair.split("="));
  return pairs.find(([name]) => name === cookieName(share))?.[1];
}

export function unlockCookie(request: Request, share: Share, token: string): string {
  const secure = new URL(request.url).protocol === "https:" || request.headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  return `${cookieName(share)}=${unlockedBy(share)}; Path=/s/${token}; HttpOnly; SameSite=Strict; Max-Age=43200${secure}`;
}

/** The two days that a reader may name; anything else in the address counts nowhere. */
export function daysOf(request: Request): { from?: string | undefined; to?: string | undefined } {
  const search = new URL(request.url).searchParams;
  return { from: search.get("from") ?? undefined, to: search.get("to") ?? undefined };
}

export const tooMany = htmlPage("Too many tries", "<h1>Too many tries</h1><p>Try again in a few minutes.</p>");

/** Figures made for one reader of a link in a minute. */
const perMinute = 60;

export function mayChoose(request: Request, share: Share): boolean {
  try {
    limitRate("share", `${share.id} ${addressOf(request.headers)}`, perMinute);
    return true;
  } catch {
    return false;
  }
}
