import type { NextAuthOptions } from "next-auth";
import { getServerSession } from "next-auth/next";
import CredentialsProvider from "next-auth/providers/credentials";
import { config } from "../config";
import { AppError } from "../error";
import type { Role } from "../state";
import { addressOf } from "./address";
import { endSession, type Person, personOfSession, sessionMs, signIn, tokenOf } from "./people";

/** Who calls: a signed-in person or an API token. */
export interface Principal {
  kind: "session" | "token";
  id: string;
  name: string;
  role: Role;
  sessionId?: string;
}

/**
 * next-auth with a password. The JWT holds the id of a session row, looked up at every request, so that a session
 * can be revoked at once and a changed role counts at once.
 */
export function authOptions(): NextAuthOptions {
  const { NEXTAUTH_SECRET } = config();
  return {
    secret: NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionMs / 1000 },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(credentials, request) {
          const { email = "", password = "" } = credentials ?? {};
          try {
            return await signIn(
              email,
              password.slice(0, 1000),
              addressOf((request.headers as Record<string, string | string[] | undefined> | undefined)?.["x-forwarded-for"]),
            );
          } catch (error) {
            if (error instanceof AppError && error.code === "throttled") throw new Error("throttled");
            throw error;
          }
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (user) token.sessionId = (user as unknown as { sessionId: string }).sessionId;
        return token;
      },
      session({ session, token }) {
        return { ...session, sessionId: token.sessionId };
      },
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.sessionId === "string") await endSession(token.sessionId);
      },
    },
  };
}

/** The signed-in person of this request and the session, or null. */
export async function signedIn(): Promise<{ person: Person; sessionId: string } | null> {
  const session = (await getServerSession(authOptions())) as { sessionId?: string } | null;
  if (!session?.sessionId) return null;
  const person = await personOfSession(session.sessionId);
  return person ? { person, sessionId: session.sessionId } : null;
}

/** Who calls a route: by bearer token when there is one, else by session cookie. Null: nobody known. */
export async function principalOf(request: Request): Promise<Principal | null> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const secret = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const token = secret ? await tokenOf(secret) : null;
    return token ? { kind: "token", ...token } : null;
  }
  const current = await signedIn();
  if (!current) return null;
  const { person, sessionId } = current;
  return { kind: "session", id: person.id, name: person.name, role: person.role, sessionId };
}

const order: Role[] = ["viewer", "analyst", "admin"];

/** Whether a role may do what needs another: an admin may do all that an analyst may, an analyst all that a viewer may. */
export function mayAct(role: Role, needed: Role): boolean {
  return order.indexOf(role) >= order.indexOf(needed);
}
