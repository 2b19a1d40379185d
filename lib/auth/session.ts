import type { NextAuthOptions } from "next-auth";
import { getServerSession } from "next-auth/next";
import CredentialsProvider from "next-auth/providers/credentials";
import { config } from "../config";
import { appErrorOf, detailsOf } from "../error";
import { log } from "../log";
import { both, type Scope } from "../scope";
import type { Role } from "../state";
import { addressOf } from "./address";
import { type Claims, isLeftOut } from "./claims";
import { type Person, personOfSession } from "./people";
import { hasProvider, oidcProvider, personOfClaims } from "./provider";
import { makerOf, scopeOf } from "./rights";
import { lesserRole } from "./roles";
import { endSession, openSession, sessionMs } from "./sessions";
import { signIn } from "./sign-in";
import { type TokenRights, tokenOf } from "./tokens";

/** Who calls: a signed-in person or an API token. */
export interface Principal {
  kind: "session" | "token";
  id: string;
  /** The person that stands behind it, whose is what it makes: of a token, whoever made the token. */
  maker: string;
  name: string;
  role: Role;
  /** What they see of the calls. */
  scope: Scope;
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
    // Codes only: what goes with them may hold what somebody sent.
    logger: {
      error: (code) => log().warn({ code }, "sign-in library"),
      warn: (code) => log().debug({ code }, "sign-in library"),
      debug: () => {},
    },
    session: { strategy: "jwt", maxAge: sessionMs / 1000 },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" }, code: { type: "text" } },
        async authorize(credentials, request) {
          const { email = "", password = "", code = "" } = credentials ?? {};
          const address = addressOf((request.headers ?? {}) as Record<string, unknown>);
          const result = await signIn(email.slice(0, 400), password.slice(0, 1000), code.slice(0, 100), address).catch(refusal);
          // next-auth carries the word to the form.
          if (result.tried === "open") throw new Error("code");
          return result.tried === "right" ? { id: result.person.id, sessionId: result.sessionId } : null;
        },
      }),
      ...(hasProvider() ? [oidcProvider()] : []),
    ],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== "oidc") return true;
        const claims = (profile ?? {}) as Claims;
        const person = await personOfClaims(claims);
        if (!person) return isLeftOut(claims) ? "/login?error=RolesLeftOut" : false;
        Object.assign(user, { sessionId: await openSession(person.id) });
        return true;
      },
      jwt({ token, user }) {
        if (!user) return token;
        // Only the session's id: what a cookie says of a person would outlive what is true.
        return { sessionId: (user as unknown as { sessionId: string }).sessionId };
      },
      redirect({ url, baseUrl }) {
        // What comes from outside leads back to our own pages, or to the first of them.
        const wanted = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null;
        return wanted?.origin === new URL(baseUrl).origin ? wanted.href : baseUrl;
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

/** next-auth puts the words of an error into an address, so they are ours. Throws one. */
function refusal(error: unknown): never {
  const known = appErrorOf(error);
  if (known?.code === "throttled" || known?.code === "busy") throw new Error("throttled");
  log().error({ error: detailsOf(error) }, "sign-in failed");
  throw new Error("failed");
}

/** The signed-in person of this request and the session, or null. */
export async function signedIn(): Promise<{ person: Person; sessionId: string; scope: Scope } | null> {
  const session = (await getServerSession(authOptions())) as { sessionId?: string } | null;
  if (!session?.sessionId) return null;
  const person = await personOfSession(session.sessionId);
  return person ? { person, sessionId: session.sessionId, scope: await scopeOf(person.role, person.limits) } : null;
}

/** Who calls a route: by bearer token when there is one, else by session cookie. Null: nobody known. */
export async function principalOf(request: Request): Promise<Principal | null> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const secret = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const token = secret ? await tokenOf(secret) : null;
    if (!token) return null;
    return withToken(token);
  }
  const current = await signedIn();
  if (!current) return null;
  const { person, sessionId, scope } = current;
  return { kind: "session", id: person.id, maker: person.id, name: person.name, role: person.role, scope, sessionId };
}

/** A token may do and see what it was given, and of that what whoever made it may do and see now. Null: its maker is gone. */
async function withToken({ id, name, role: given, limits, maker: owner }: TokenRights): Promise<Principal | null> {
  const maker = await makerOf(owner);
  if (!maker?.active) return null;
  const role = lesserRole(given, maker.role);
  return { kind: "token", id, maker: maker.id, name, role, scope: both(await scopeOf(role, limits), maker.scope) };
}
