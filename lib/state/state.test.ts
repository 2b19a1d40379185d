import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresBin, startPostgres } from "@/e2e/postgres";
import { markLoaded, useDataDir } from "@/e2e/test-store";
import { addAccount, changeAccount, clientOfAccount, listAccounts } from "../accounts";
import { addPerson, addToken, changeOwnPassword, changePerson, endSessions, listPeople, listTokens, needsSetUp, revokeToken, setUp } from "../auth";
import { note, readJournal } from "../auth/journal";
import { personOfSession } from "../auth/people";
import { personOfProvider, signIn as trySignIn } from "../auth/sign-in";
import { tokenOf } from "../auth/tokens";
import { coverageByDay } from "../metrics";
import { markFailed } from "../sync/coverage";
import { journal } from "./schema";
import { readSettings, writeSettings } from "./settings";
import { closeState, openPglite, openPostgres, type State, useState } from "./state";

/** The session that a sign-in opened; null when it was refused. */
async function signIn(email: string, password: string, address: string) {
  const result = await trySignIn(email, password, "", address);
  return result.tried === "right" ? result : null;
}

const bin = postgresBin();
const engines = [
  { name: "PGlite", available: true, open: () => openPglite(mkdtempSync(join(tmpdir(), "meetledger-"))) },
  { name: "PostgreSQL", available: bin !== null, open: () => openPostgres(server?.url as string) },
];
let server: Awaited<ReturnType<typeof startPostgres>> | undefined;

beforeAll(async () => {
  if (bin) server = await startPostgres(bin);
});
afterAll(async () => server?.close());

describe.each(engines)("the state store on $name", ({ available, open }) => {
  describe.skipIf(!available)("", () => {
    let store: ReturnType<typeof useDataDir>;
    let state: State;
    let adminId = "";

    beforeAll(async () => {
      store = useDataDir({ CREDENTIALS_KEY: "a credentials key for tests" });
      state = await open();
      useState(state);
    });
    afterAll(() => store.close());

    test("migrations run once and again change nothing", async () => {
      if (server) await (await openPostgres(server.url)).close();
      expect(await needsSetUp()).toBe(true);
    });

    test("set-up works once, also when two try at the same time", async () => {
      const input = { email: " Admin@Example.com ", name: "Admin", password: "correct horse battery" };
      const tried = await Promise.allSettled([setUp(input), setUp({ ...input, email: "other@example.com" })]);
      expect(tried.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      await expect(setUp(input)).rejects.toMatchObject({ code: "conflict" });
      expect(await needsSetUp()).toBe(false);
      const [person] = await listPeople();
      adminId = person?.id as string;
    });

    test("the journal takes entries and lets nobody change or remove one", async () => {
      await note({ actor: "Asha", action: "POST /api/v1/shares", outcome: "ok", address: "10.0.0.1" });
      expect((await readJournal({ action: "/shares", limit: 10 })).rows[0]).toMatchObject({ actor: "Asha", outcome: "ok", address: "10.0.0.1" });
      expect((await readJournal({ action: "%", limit: 10 })).rows).toEqual([]);
      await expect(state.db.update(journal).set({ actor: "Somebody else" })).rejects.toThrow();
      await expect(state.db.delete(journal)).rejects.toThrow();
      expect((await readJournal({ actor: "Asha", limit: 10 })).rows.length).toBe(1);
    });

    test("sessions: opened by the right password, ended at once when revoked or deactivated", async () => {
      const [admin] = await listPeople();
      const email = admin?.email as string;
      expect(await signIn(email, "wrong", "10.0.0.1")).toBeNull();
      const session = await signIn(email.toUpperCase(), "correct horse battery", "10.0.0.1");
      expect(await personOfSession(session?.sessionId as string)).toMatchObject({ email, role: "admin" });
      await endSessions(adminId);
      expect(await personOfSession(session?.sessionId as string)).toBeNull();
      const viewer = await addPerson({ email: "v@example.com", name: "V", password: "a viewer password", role: "viewer", limits: null });
      const second = await signIn("v@example.com", "a viewer password", "10.0.0.1");
      await changePerson(viewer.id, { active: false });
      expect(await personOfSession(second?.sessionId as string)).toBeNull();
      expect(await signIn("v@example.com", "a viewer password", "10.0.0.1")).toBeNull();
      await expect(addPerson({ email: "V@example.com", name: "V", password: "a viewer password", role: "viewer", limits: null })).rejects.toMatchObject({
        errors: { email: expect.anything() },
      });
    });

    test("the last admin stays", async () => {
      await expect(changePerson(adminId, { role: "viewer" })).rejects.toMatchObject({ code: "conflict" });
      await expect(changePerson(adminId, { active: false })).rejects.toMatchObject({ code: "conflict" });
      await expect(changeOwnPassword(adminId, "wrong", "another password", "10.0.0.1")).rejects.toMatchObject({ errors: { current: expect.anything() } });
    });

    test("the identity provider's claim changes a role, but leaves no installation without an admin", async () => {
      const identity = { subject: "issuer 1", email: "sso@example.com", emailVerified: true, name: "S", role: "analyst" as const };
      expect(await personOfProvider(identity)).toMatchObject({ role: "analyst", signsIn: "provider" });
      expect(await personOfProvider({ ...identity, role: "viewer" })).toMatchObject({ role: "viewer" });
      const admin = (await listPeople()).find(({ id }) => id === adminId);
      const asAdmin = { ...identity, subject: "issuer 2", email: admin?.email as string };
      expect(await personOfProvider({ ...asAdmin, role: "viewer" })).toBeNull();
      expect((await listPeople()).find(({ id }) => id === adminId)).toMatchObject({ role: "admin", signsIn: "password" });
      expect(await personOfProvider({ ...asAdmin, emailVerified: false, role: "admin" })).toBeNull();
    });

    test("tokens are hashed, known by their secret, and revocable", async () => {
      const { id, token } = await addToken("script", "analyst", null, adminId);
      expect(await tokenOf(token)).toMatchObject({ role: "analyst", name: "script" });
      expect(await tokenOf(`${token}x`)).toBeNull();
      expect(JSON.stringify(await listTokens())).not.toContain(token);
      await revokeToken(id);
      expect(await tokenOf(token)).toBeNull();
      await expect(revokeToken(id)).rejects.toMatchObject({ code: "not_found" });
    });

    test("settings are checked and kept", async () => {
      expect(await readSettings()).toEqual({ timeZone: "UTC", currency: "INR", locale: "en-IN", viewersSeeNames: false });
      await writeSettings({ timeZone: "Asia/Kolkata", currency: "USD", locale: "en-US", viewersSeeNames: true });
      expect(await readSettings()).toEqual({ timeZone: "Asia/Kolkata", currency: "USD", locale: "en-US", viewersSeeNames: true });
    });

    test("an account's key is encrypted, never listed, and kept only for its own host", async () => {
      process.env.CDR_ALLOWED_HOSTS = "";
      const secret = "top-secret-app-key";
      const account = await addAccount({ name: "Main", baseUrl: "https://api.example.com/video/v2/", appId: "app", appKey: secret });
      expect(account.baseUrl).toBe("https://api.example.com/video/v2");
      expect(JSON.stringify(await listAccounts())).not.toContain(secret);
      await expect(addAccount({ name: "Main", baseUrl: "https://x.example.com", appId: "a", appKey: "b" })).rejects.toMatchObject({
        errors: { name: expect.anything() },
      });
      await expect(changeAccount(account.id, { name: "Main", baseUrl: "https://evil.example.com", appId: "app" })).rejects.toMatchObject({
        errors: { appKey: expect.anything() },
      });
      expect(await changeAccount(account.id, { name: "Renamed", baseUrl: "https://api.example.com/other", appId: "app" })).toMatchObject({ name: "Renamed" });
      const client = await clientOfAccount(account.id);
      expect(await clientOfAccount(account.id)).toBe(client);
      for (const baseUrl of [
        "http://127.0.0.1:3000",
        "http://localhost",
        "http://[::1]",
        "http://10.1.2.3",
        "http://169.254.169.254/latest",
        "ftp://api.example.com",
        "https://user:pass@api.example.com",
      ]) {
        await expect(addAccount({ name: baseUrl, baseUrl, appId: "a", appKey: "b" }), baseUrl).rejects.toMatchObject({
          errors: { baseUrl: expect.anything() },
        });
      }
    });

    test("coverage: a failure keeps what was loaded before and says why; days are as good as their worst account", async () => {
      const fetchedAt = Date.parse("2026-10-10T00:00:00Z");
      await markLoaded("a", "2026-10-01", "2026-10-02", fetchedAt);
      await markFailed("a", "2026-10-02", "2026-10-03", "the API was down");
      await markLoaded("b", "2026-10-01", "2026-10-01", Date.parse("2026-10-02T10:00:00Z"));
      const one = await coverageByDay(["a"], "2026-10-01", "2026-10-03");
      expect(one.map(({ state, error }) => [state, error])).toEqual([
        ["final", null],
        ["final", "the API was down"],
        ["missing", "the API was down"],
      ]);
      const both = await coverageByDay(["a", "b"], "2026-10-01", "2026-10-02");
      expect(both.map(({ state }) => state)).toEqual(["partial", "missing"]);
      await markLoaded("a", "2026-10-03", "2026-10-03", fetchedAt);
      expect((await coverageByDay(["a"], "2026-10-03", "2026-10-03"))[0]).toMatchObject({ state: "final", error: null });
    });
  });
});

test("no key stands in any file of the embedded store", async () => {
  const store = useDataDir({ CREDENTIALS_KEY: "a credentials key for tests" });
  const directory = mkdtempSync(join(tmpdir(), "meetledger-"));
  const open = await openPglite(directory);
  useState(open);
  const secret = "needle-in-the-files-4711";
  await addAccount({ name: "Main", baseUrl: "https://api.example.com", appId: "app", appKey: secret });
  await closeState();
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => join(directory, name));
  for (const file of files) if (statSync(file).isFile()) expect(readFileSync(file).includes(secret), file).toBe(false);
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});
