import type { OAuthConfig } from "next-auth/providers/oauth";
import { config } from "../config";
import { type Role, roles } from "../state";
import type { Person } from "./people";
import { personOfProvider } from "./sign-in";

type Claims = Record<string, unknown>;

/** Whether people may sign in through an identity provider. */
export const hasProvider = () => config().OIDC_ISSUER !== undefined;

/** The highest role that the values of the role claim give; null for none. `*` stands for whoever the provider lets in. */
export function roleOfClaims(claims: Claims): Role | null {
  const { OIDC_ROLE_CLAIM, OIDC_ROLES } = config();
  const value = OIDC_ROLE_CLAIM.split(".").reduce<unknown>((part, name) => (part as Claims | null | undefined)?.[name], claims);
  const told = (Array.isArray(value) ? value : typeof value === "string" ? value.split(/[\s,]+/) : []).map(String);
  const given = OIDC_ROLES.filter(({ claim }) => claim === "*" || told.includes(claim)).map(({ role }) => role);
  return [...roles].reverse().find((role) => given.includes(role)) ?? null;
}

/** Who signed in at the provider, or null when they may not here. */
export async function personOfClaims(claims: Claims): Promise<Person | null> {
  const text = (name: string) => (typeof claims[name] === "string" ? (claims[name] as string) : "");
  return personOfProvider({
    subject: `${config().OIDC_ISSUER} ${text("sub")}`,
    email: text("email"),
    emailVerified: claims.email_verified === true,
    name: text("name") || text("preferred_username"),
    role: roleOfClaims(claims),
  });
}

/** OpenID Connect by discovery, with PKCE, state and nonce. The claims of the id token and of the user info count together. */
export function oidcProvider(): OAuthConfig<Claims> {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = config();
  return {
    id: "oidc",
    name: "Single sign-on",
    type: "oauth",
    wellKnown: `${OIDC_ISSUER?.replace(/\/$/, "")}/.well-known/openid-configuration`,
    clientId: OIDC_CLIENT_ID as string,
    clientSecret: OIDC_CLIENT_SECRET as string,
    authorization: { params: { scope: config().OIDC_SCOPE } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    userinfo: {
      async request({ client, tokens }) {
        const idClaims = (tokens as { claims(): Claims }).claims();
        return { ...idClaims, ...((await client.userinfo(tokens.access_token as string)) as Claims), sub: idClaims.sub } as never;
      },
    },
    profile: (claims) => ({ id: String(claims.sub) }),
  };
}
