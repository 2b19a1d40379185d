import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { problemPage } from "@/lib/http/problem";
import { checkState } from "@/lib/state";
import { refuseWhenStopping } from "@/lib/stopping";

const policyHeader = "content-security-policy";

/** Scripts are ours, or carry the page's nonce, which nobody can know who writes something into it. React's debugging aids need eval. */
function policyOf(nonce: string): string {
  const scripts = `script-src 'self' 'nonce-${nonce}'${process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : ""}`;
  return `default-src 'self'; ${scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'`;
}

/** A page cannot choose its status once it is being rendered; whether the state store answers is asked before. Routes say so themselves. */
export async function proxy(request: NextRequest): Promise<Response> {
  const nonce = randomBytes(16).toString("base64");
  const policy = policyOf(nonce);
  try {
    refuseWhenStopping();
    await checkState();
  } catch (error) {
    return problemPage(error, { [policyHeader]: policy });
  }
  // Next reads the nonce from here for the scripts that it writes, and the layout for ours.
  const headers = new Headers(request.headers);
  headers.set(policyHeader, policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(policyHeader, policy);
  return response;
}

export const config = { matcher: "/((?!api/|s/|_next/|icon).*)" };
