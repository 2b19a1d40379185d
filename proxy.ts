import { NextResponse } from "next/server";
import { problemPage } from "@/lib/http/problem";
import { checkState } from "@/lib/state";

/** A page cannot choose its status once it is being rendered; whether the state store answers is asked before. Routes say so themselves. */
export async function proxy(): Promise<Response> {
  try {
    await checkState();
    return NextResponse.next();
  } catch (error) {
    return problemPage(error);
  }
}

export const config = { matcher: "/((?!api/|s/|_next/|icon).*)" };
