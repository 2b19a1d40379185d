import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { forget } from "../once";
import { type Claims, isLeftOut, isVerified, joinClaims, roleOfClaims } from "./claims";
import { readJournal } from "./journal";
import { oidcProvider, personOfClaims } from "./provider";

let store: ReturnType<typeof useDataDir>;
beforeAll(() => {
  store = useDataDir({ OIDC_ISSUER: "https://id.example.com", OIDC_CLIENT_ID: "c", OIDC_CLIENT_SECRET: "s" });
});
afterAll(() => store.close());

function settings(claim = "roles", roles = ""): void {
  Object.assign(process.env, { OIDC_ROLE_CLAIM: claim, OIDC_ROLES: roles });
  forget("config");
}

describe("the role that a claim gives", () => {
  test.each<[claim: string, roles: string | undefined, claims: Claims, role: string | null]>([
    ["roles", undefined, { roles: ["viewer", "admin"] }, "admin"],
    ["roles", undefined, { roles: "viewer analyst" }, "analyst"],
    ["realm_access.roles", undefined, { realm_access: { roles: ["analyst"] } }, "analyst"],
    ["https://meet.example.com/roles", undefined, { "https://meet.example.com/roles": ["admin"] }, "admin"],
    ["urn:zitadel:iam:org:project:roles", undefined, { "urn:zitadel:iam:org:project:roles": { admin: { "1": "x" } } }, "admin"],
    ["roles", undefined, { roles: { admin: false, viewer: true } }, "viewer"],
    ["resource_access.my.client.roles", undefined, { resource_access: { "my.client": { roles: ["analyst"] } } }, "analyst"],
    ["resource_access.my.client.roles", undefined, { resource_access: { my: { other: 1 }, "my.client": { roles: ["viewer"] } } }, "viewer"],
    ["groups", "admin=Billing Admins,viewer=Billing", { groups: "Billing Admins" }, "admin"],
    ["groups", "admin=Admins,viewer=Billing Admins", { groups: "Billing Admins" }, "viewer"],
    ["groups", "admin=Admins", { groups: ["Billing Admins"] }, null],
    ["groups", undefined, { groups: [{ name: "admin" }] }, "admin"],
    ["groups", undefined, { groups: [{ value: "viewer", given_by: "admin" }] }, "viewer"],
    ["groups", "admin=CN=Admins,OU=G,DC=x;viewer=*", { groups: ["CN=Admins,OU=G,DC=x"] }, "admin"],
    ["groups", "admin=CN=Admins,OU=G,DC=x;", { groups: "CN=Admins,OU=G,DC=x" }, "admin"],
    ["groups", "admin=admin,viewer=*", {}, "viewer"],
    ["constructor", undefined, {}, null],
    ["roles", undefined, { roles: null }, null],
  ])("%s with OIDC_ROLES=%s in %j is %s", (claim, roles, claims, role) => {
    settings(claim, roles);
    expect(roleOfClaims(claims)).toBe(role);
  });

  test("values with commas are a wrong setting only where semicolons are missing", () => {
    settings("groups", "admin=CN=Admins,OU=G,DC=x");
    expect(() => roleOfClaims({})).toThrow(/OIDC_ROLES.*;/);
  });
});

test("too many groups for a token are told as such, in the journal and to whoever signs in", async () => {
  settings("groups");
  const claims = {
    sub: "1",
    email: "a@example.com",
    email_verified: "true",
    _claim_names: { groups: "src1" },
    _claim_sources: { src1: { endpoint: "https://x" } },
  };
  expect(isLeftOut(claims)).toBe(true);
  expect(isLeftOut({ ...claims, groups: ["viewer"] })).toBe(false);
  expect(isLeftOut({ sub: "1" })).toBe(false);
  expect(await personOfClaims(claims)).toBeNull();
  expect((await readJournal({ limit: 1 })).rows[0]).toMatchObject({ action: "sign-in by provider", outcome: expect.stringMatching(/left the claim out/) });
});

test.each([
  [true, true],
  ["true", true],
  ["false", false],
  [false, false],
  [1, false],
  [undefined, false],
])("email_verified %j is %s", (email_verified, verified) => {
  expect(isVerified({ email_verified })).toBe(verified);
});

describe("id token and user info together", () => {
  const idToken = { sub: "1", email: "a@example.com", email_verified: true, roles: ["admin"], realm_access: { roles: ["viewer"] } };
  test("what is empty in the user info takes nothing away", () => {
    expect(joinClaims(idToken, { sub: "1", roles: [], realm_access: { roles: [] }, name: "A", email: "" })).toEqual({ ...idToken, name: "A" });
  });
  test("an address is verified by who says it", () => {
    expect(joinClaims(idToken, { sub: "1", email: "b@example.com" })).toMatchObject({ email: "b@example.com", email_verified: false });
    expect(joinClaims(idToken, { sub: "1", email: "b@example.com", email_verified: "true" })).toMatchObject({ email_verified: true });
    expect(joinClaims(idToken, { sub: "1", email: "a@example.com" })).toMatchObject({ email_verified: true });
  });
  test("user info about somebody else is not used", () => {
    expect(() => joinClaims(idToken, { sub: "2", roles: ["admin"] })).toThrow(/another person/);
    expect(() => joinClaims(idToken, { roles: ["admin"] })).toThrow(/another person/);
  });
  test("a provider without user info is asked for none", async () => {
    settings();
    const { userinfo } = oidcProvider();
    const ask = (endpoint: string | undefined) =>
      (userinfo as { request(context: unknown): Promise<Claims> }).request({
        client: { issuer: { metadata: { userinfo_endpoint: endpoint } }, userinfo: async () => ({ sub: "1", name: "From the user info" }) },
        tokens: { claims: () => idToken, access_token: "t" },
      });
    expect(await ask(undefined)).toEqual(idToken);
    expect(await ask("https://id.example.com/me")).toMatchObject({ ...idToken, name: "From the user info" });
  });
});
