import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth";
import { appErrorOf, badInput, detailsOf } from "@/lib/error";
import { mostPublicBytes, problemResponse, wholeBody } from "@/lib/http";
import { log } from "@/lib/log";

type Context = { params: Promise<{ nextauth: string[] }> };

/** next-auth's own routes: sign-in, sign-out, session, csrf. It reads bodies without a bound, so it gets them read. */
async function handler(request: NextRequest, context: Context): Promise<Response> {
  try {
    const { method, headers, url } = request;
    // The library answers an address that is none with a 500, as a fault of the configuration.
    const back = new URL(url).searchParams.get("callbackUrl");
    if (back !== null && !URL.canParse(back, url)) throw badInput("callbackUrl", "must be an address");
    const bounded = method === "POST" ? new NextRequest(url, { method, headers, body: new Uint8Array(await wholeBody(request, mostPublicBytes)) }) : request;
    return await NextAuth(authOptions())(bounded, context);
  } catch (error) {
    if (!appErrorOf(error)) log().error({ path: new URL(request.url).pathname, error: detailsOf(error) }, "request failed");
    return problemResponse(error);
  }
}

export { handler as GET, handler as POST };
