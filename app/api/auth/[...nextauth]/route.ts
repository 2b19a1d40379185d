import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth";

/** next-auth's own routes: sign-in, sign-out, session, csrf. */
async function handler(request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  return NextAuth(authOptions())(request, context);
}

export { handler as GET, handler as POST };
