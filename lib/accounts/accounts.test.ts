import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { audit, auditQuery, setBudget } from "../billing";
import { accountsAnswer, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { forget } from "../once";
import { everything } from "../scope";
import { accounts, budgets, people, state } from "../state";
import { warehouse } from "../warehouse";
import { addAccount, allAccounts, changeAccount, changeCounting, listAccounts, removeAccount } from "./accounts";
import { addConfiguredAccount, settleAccounts } from "./settle";

const day = "2026-10-05";
const api = "https://api.example.com/video/v2";
const period = { from: day, to: day };
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
let store: ReturnType<typeof useDataDir>;

beforeEach(() => {
  store = useDataDir({ CREDENTIALS_KEY: "a credentials key for tests", CDR_ALLOWED_HOSTS: "" });
});
afterEach(async () => {
  for (const name of ["CDR_API_URL", "CDR_APP_ID", "CDR_APP_KEY"]) delete process.env[name];
  await store.close();
});

const add = (name: string, appId: string, baseUrl = api) => addAccount({ name, baseUrl, appId, appKey: "key" });

/** Loads a day's calls under an account: one minute each. */
async function load(account: string, ids: string[]): Promise<void> {
  const records = ids.map((id) => ({ cdr_id: id, trans_date: `${day}T10:00:00.000Z`, usage: { connect_minutes_cal: 1 }, user: { name: id } }));
  await (await warehouse()).load(
    account,
    (async function* () {
      yield records.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
    { start: Date.parse(`${day}T00:00:00Z`), end: Date.parse(`${day}T00:00:00Z`) + 86_400_000, fetchedAt: Date.parse("2026-11-01T00:00:00Z") },
  );
}

async function figures(more: Record<string, string | string[]> = {}) {
  const { totals, meta } = await runMetrics(metricsOf(metricsQuery.parse({ ...period, measures: "calls,billed_minutes,people", ...more }), defaults));
  return { ...totals, doubled: meta.doubled, withdrawn: meta.withdrawn, removed: meta.removed.map(({ name }) => name), missing: meta.missingDays };
}

const findings = async (rule: string) => (await audit(auditQuery.parse({ ...period, rule }), defaults)).rows;

describe("what an account is", () => {
  test("the same project, under whatever name, key and path, is refused with the name of the account there is", async () => {
    await add("Main", "app");
    for (const baseUrl of [api, `${api}/`, "https://api.example.com", "https://API.example.com:443/other"]) {
      await expect(add("Second", "app", baseUrl), baseUrl).rejects.toMatchObject({ code: "conflict", errors: { appId: [expect.stringContaining('"Main"')] } });
    }
    await add("Other app", "app-2");
    await add("Other API", "app", "https://other.example.com");
    expect((await listAccounts()).length).toBe(3);
  });

  test("two at once: one is added, the other refused", async () => {
    const ends = await Promise.allSettled([add("One", "app"), add("Two", "app")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await listAccounts()).length).toBe(1);
  });

  test("with calls it cannot become another project; without, it can", async () => {
    const { id } = await add("Main", "wrong");
    await changeAccount(id, { name: "Main", baseUrl: api, appId: "right" });
    await load(id, ["1"]);
    await expect(changeAccount(id, { name: "Main", baseUrl: api, appId: "another" })).rejects.toMatchObject({
      errors: { appId: [expect.stringMatching(/1 calls? held/)] },
    });
    expect(await changeAccount(id, { name: "Renamed", baseUrl: `${api}/`, appId: "right", appKey: "renewed" })).toMatchObject({ id, name: "Renamed" });
  });

  test("the environment's account follows it to another project, and leaves its calls with the one that they are of", async () => {
    Object.assign(process.env, { CDR_API_URL: api, CDR_APP_ID: "first", CDR_APP_KEY: "key" });
    forget("config");
    await addConfiguredAccount();
    const [first] = await listAccounts();
    await load(first?.id as string, ["1", "2"]);
    process.env.CDR_APP_ID = "second";
    forget("config");
    await addConfiguredAccount();
    expect((await listAccounts()).map(({ appId }) => appId)).toEqual(["second"]);
    expect(await figures()).toMatchObject({ calls: 2, removed: ["Default (first)"] });
    process.env.CDR_APP_ID = "first";
    forget("config");
    await addConfiguredAccount();
    expect((await listAccounts()).map(({ id }) => id)).toEqual([first?.id]);
    expect(await figures()).toMatchObject({ calls: 2, removed: [], missing: [] });
  });
});

describe("an account that is removed", () => {
  test("keeps its calls under its name, and finds them when it comes back", async () => {
    const { id } = await add("Main", "app");
    await load(id, ["1", "2"]);
    expect(await removeAccount(id, "keep")).toEqual({ calls: 2 });
    expect(await figures()).toMatchObject({ calls: 2, removed: ["Main"], missing: [] });
    expect(await figures({ account: "Main" })).toMatchObject({ calls: 2 });
    expect((await accountsAnswer(everything)).removed).toMatchObject([{ id, name: "Main", calls: 2, counted: true }]);
    await changeCounting(id, { counted: false });
    expect(await figures()).toMatchObject({ calls: null, removed: [] });
    expect(await figures({ account: id })).toMatchObject({ calls: 2, removed: ["Main"] });
    expect((await add("Back", "app")).id).toBe(id);
    expect(await figures()).toMatchObject({ calls: 2, removed: [], missing: [] });
  });

  test("or gives them up, with their raw records, at once or later", async () => {
    const [one, two] = [await add("One", "app-1"), await add("Two", "app-2")];
    await load(one.id, ["1", "2"]);
    await load(two.id, ["3"]);
    expect(await removeAccount(one.id, "take-away")).toEqual({ calls: 2 });
    expect(await figures()).toMatchObject({ calls: 1, removed: [] });
    await removeAccount(two.id, "keep");
    expect(await removeAccount(two.id, "take-away")).toEqual({ calls: 1 });
    expect(await allAccounts()).toEqual([]);
    expect(await figures()).toMatchObject({ calls: null, missing: [day] });
    const open = await warehouse();
    for (const table of ["call_rows", "raw_blocks", "loaded_days", "rejected_records"]) {
      expect(await open.query({ sql: `SELECT count(*)::INTEGER AS n FROM ${table}`, values: [] }), table).toEqual([{ n: 0 }]);
    }
  });
});

describe("calls of several accounts", () => {
  test("count once, are told of, and count under both when somebody says so", async () => {
    const [reseller, customer] = [await add("Reseller", "r"), await add("Customer", "c")];
    await load(customer.id, ["1", "2", "3"]);
    await load(reseller.id, ["2", "3", "4"]);
    expect(await figures()).toMatchObject({ calls: 4, billed_minutes: 4, people: 4, doubled: 2 });
    // Each by itself has all of its own.
    expect(await figures({ account: "Customer" })).toMatchObject({ calls: 3, doubled: 0 });
    expect(await figures({ account: ["Reseller", "Customer"] })).toMatchObject({ calls: 4, doubled: 2 });
    const { overlaps } = await accountsAnswer(everything);
    expect(overlaps).toMatchObject([{ counted: { name: "Reseller" }, other: { name: "Customer" }, calls: 2, countBoth: false }]);
    expect((await findings("doubled")).map(({ callId }) => callId).sort()).toEqual(["2", "3"]);
    await changeCounting(customer.id, { countsDoubled: true });
    expect(await figures()).toMatchObject({ calls: 6, billed_minutes: 6, people: 4 });
    await changeCounting(customer.id, { countsDoubled: false });
    // What one of them gives up the other still has.
    await removeAccount(reseller.id, "take-away");
    expect(await figures()).toMatchObject({ calls: 3, doubled: 0 });
  });

  test("an imported file's calls give way to those of an account", async () => {
    await load("imported", ["1", "2"]);
    const { id } = await add("Main", "app");
    await load(id, ["2", "3"]);
    expect(await figures()).toMatchObject({ calls: 3, doubled: 1 });
    expect((await accountsAnswer(everything)).overlaps).toMatchObject([{ counted: { name: "Main" }, other: { id: "imported" }, calls: 1 }]);
  });
});

describe("withdrawn calls", () => {
  test("are kept, marked and told of; a person decides whether they count; one that comes back loses the mark", async () => {
    const { id } = await add("Main", "app");
    await load(id, ["1", "2", "3"]);
    await load(id, ["1", "3"]);
    expect(await figures()).toMatchObject({ calls: 3, withdrawn: 1, missing: [] });
    expect((await findings("withdrawn")).map(({ callId }) => callId)).toEqual(["2"]);
    await changeCounting(id, { countsWithdrawn: false });
    expect(await figures()).toMatchObject({ calls: 2, billed_minutes: 2, people: 2, withdrawn: 1 });
    await load(id, ["1", "2", "3"]);
    expect(await figures()).toMatchObject({ calls: 3, withdrawn: 0 });
  });
});

describe("a store of before", () => {
  test("in which a project was entered twice is brought right: one account, each call once, whatever named the other", async () => {
    const first = await add("First", "app");
    // As a version before left them: no project, and a second row for the same one.
    const db = await state();
    await db.update(accounts).set({ project: null });
    await db
      .insert(accounts)
      .values({ id: "second", name: "Second", baseUrl: `${api}/`, appId: "app", appKeyCipher: null, createdAt: first.createdAt + 1, updatedAt: 0 });
    await setBudget({ scope: "account", name: "second", amount: "100" }, "test");
    const person = { id: "p", email: "p@example.com", name: "P", role: "analyst" as const, limits: { accounts: ["second"] }, createdAt: 0 };
    await db.insert(people).values({ ...person, passwordHash: "x" } as never);
    await load(first.id, ["1", "2"]);
    await load("second", ["1", "2", "3"]);
    expect(await figures()).toMatchObject({ calls: 3 });
    await settleAccounts();
    expect((await allAccounts()).map(({ id, name }) => [id, name])).toEqual([[first.id, "First"]]);
    expect(await figures()).toMatchObject({ calls: 3, billed_minutes: 3, doubled: 0, removed: [], missing: [] });
    expect(await figures({ account: "First" })).toMatchObject({ calls: 3 });
    expect((await db.select().from(budgets)).map(({ name }) => name)).toEqual([first.id]);
    expect((await db.select({ limits: people.limits }).from(people))[0]?.limits).toEqual({ accounts: [first.id] });
  });

  test("that has calls of an account nobody knows tells of them, and the project finds them", async () => {
    await load("gone-1234", ["1"]);
    await settleAccounts();
    expect(await figures()).toMatchObject({ calls: 1, removed: ["Account gone-123"], missing: [] });
  });
});
