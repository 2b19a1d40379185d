import { config } from "../config";
import { own } from "../names";
import { type Role, roles } from "../state";

/** What an identity provider says of a person, by name. */
export type Claims = Record<string, unknown>;

const isClaims = (value: unknown): value is Claims => typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** A claim by its name, which may hold dots itself, or by a path of names. A name that is there as it is written comes first. */
function claimAt(claims: unknown, name: string): unknown {
  if (!isClaims(claims)) return undefined;
  const whole = own(claims, name);
  if (whole !== undefined) return whole;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const found = claimAt(own(claims, name.slice(0, dot)), name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names of roles or groups in a claim: a list of texts or of objects with a name, or an object with a key for each. */
function namesIn(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.flatMap((one) => (isClaims(one) ? [one.name, one.value] : [one])).map(String);
  if (isClaims(claim)) return Object.entries(claim).flatMap(([name, value]) => (value === false || isEmpty(value) ? [] : [name]));
  return typeof claim === "string" ? [claim] : [];
}

/** The highest role that the claim gives; null for none. `*` stands for whoever the provider lets in. */
export function roleOfClaims(claims: Claims): Role | null {
  const { OIDC_ROLE_CLAIM, OIDC_ROLES } = config();
  const claim = claimAt(claims, OIDC_ROLE_CLAIM);
  const givenBy = (names: string[]) => OIDC_ROLES.filter((one) => names.includes(one.claim)).map(({ role }) => role);
  const whole = givenBy(namesIn(claim));
  // A text may be one name with blanks in it, or several names.
  const given = whole.length === 0 && typeof claim === "string" ? givenBy(claim.split(/[\s,]+/)) : whole;
  const all = [...given, ...givenBy(["*"])];
  return [...roles].reverse().find((role) => all.includes(role)) ?? null;
}

/** Whether the provider left the claim out because it is too long, and says where to ask for it instead. Source: OpenID Connect Core 5.6.2; Entra ID does so beyond 200 groups. */
export function isLeftOut(claims: Claims): boolean {
  const name = config().OIDC_ROLE_CLAIM;
  return isEmpty(claimAt(claims, name)) && isClaims(claims._claim_names) && Object.hasOwn(claims._claim_names, name);
}

/** Some providers send it as a text. */
export const isVerified = ({ email_verified }: Claims) => email_verified === true || email_verified === "true";

/** Claims of the user info over those of the id token. What is empty there takes nothing away. */
function over(base: unknown, more: unknown): unknown {
  if (!isClaims(base) || !isClaims(more)) return isEmpty(more) ? (base ?? more) : more;
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(more)])].map((name) => [name, over(own(base, name), own(more, name))]));
}

/** Both sources together. User info about somebody else must not be used (OpenID Connect Core 5.3.2). Throws then. */
export function joinClaims(idToken: Claims, userInfo: Claims): Claims {
  if (userInfo.sub !== idToken.sub) throw new Error("The identity provider's user info is about another person than its id token.");
  const claims = over(idToken, userInfo) as Claims;
  // Whether an address is verified is said of the address that stands beside it.
  const source = isEmpty(userInfo.email) || userInfo.email === idToken.email ? claims : userInfo;
  return { ...claims, email_verified: isVerified(source) };
}
