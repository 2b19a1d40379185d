import type { OAuthConfig } from "next-auth/providers/oauth";
import { config } from "../config";
import { own } from "../names";
import { type Claims, isLeftOut, isVerified, joinClaims, roleOfClaims } from "./claims";
import type { Person } from "./people";
import { personOfProvider } from "./sign-in";

/** Whether people may sign in through an identity provider. */
export const hasProvider = () => config().OIDC_ISSUER !== undefined;

/** Who signed in at the provider, or null when they may not here. */
export async function personOfClaims(claims: Claims): Promise<Person | null> {
  const text = (name: string) => {
    const claim = own(claims, name);
    return typeof claim === "string" ? claim : "";
  };
  return personOfProvider({
    subject: `${config().OIDC_ISSUER} ${text("sub")}`,
    email: text("email"),
    emailVerified: isVerified(claims),
    name: text("name") || text("preferred_username"),
    role: roleOfClaims(claims),
    isLeftOut: isLeftOut(claims),
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
        const idToken = (tokens as { claims(): Claims }).claims();
        // Some providers have no user info, and put everything into the token.
        if (!client.issuer.metadata.userinfo_endpoint) return joinClaims(idToken, { sub: idToken.sub }) as never;
        return joinClaims(idToken, (await client.userinfo(tokens.access_token as string)) as Claims) as never;
      },
    },
    profile: (claims) => ({ id: String(claims.sub) }),
  };
}
