import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultFeed, Feed, type Json } from "@/e2e/cdr-api/records";
import { shareInput } from "@/e2e/share-input";
import { useDataDir } from "@/e2e/test-store";
import { addAccount, changeAccount } from "../accounts";
import { addPerson } from "../auth";
import { metricsOf, metricsQuery, runMetrics } from "../metrics";
import { everything } from "../scope";
import { addShare, addView } from "../sharing";
import { schedules, shares, state, views } from "../state";
import { daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { erasePerson, personData } from "./person";
import { purgeDue } from "./retention";

let store: ReturnType<typeof useDataDir>;
let records: Json[];
let account = "";
let person = { ref: "", name: "" };
const user = (record: Json) => (record.user ?? {}) as { ref?: string; name?: string };

beforeAll(async () => {
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1" });
  account = (await addAccount({ name: "Main", baseUrl: "http://127.0.0.1:9", appId: "a", appKey: "k" })).id;
  const feed = new Feed({ ...defaultFeed, seed: "privacy", callsPerDay: 60, dirt: 0 });
  records = daysBetween("2026-10-01", "2026-10-05")
    .flatMap((day) => feed.loggedOn(day))
    .map((record) => ({ ...record, "~day": undefined }));
  const open = await warehouse();
  await open.load(
    account,
    (async function* () {
      yield records.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
  const counts = new Map<string, number>();
  for (const record of records) {
    const { ref, name } = user(record);
    if (ref && name) counts.set(ref, (counts.get(ref) ?? 0) + 1);
  }
  const [ref = ""] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  person = { ref, name: user(records.find((record) => user(record).ref === ref && user(record).name) as Json).name as string };
});
afterAll(() => store.close());

async function exported(who: string): Promise<{ person: string; calls: { call: Json; record: Json }[] }> {
  const parts: Uint8Array[] = [];
  for await (const part of personData(who)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

test("one person's data: every call of theirs and no other, each with its record as it came", async () => {
  const { calls } = await exported(person.ref);
  const own = records.filter((record) => user(record).ref === person.ref);
  expect(calls.map(({ record }) => record.cdr_id).sort()).toEqual(own.map(({ cdr_id }) => cdr_id).sort());
  expect(calls[0]?.record).toEqual(JSON.parse(JSON.stringify(own.find(({ cdr_id }) => cdr_id === calls[0]?.record.cdr_id))));
  expect((await exported("nobody")).calls).toEqual([]);
});

test("many exports at once wait for nothing that they hold themselves", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => exported(person.ref)));
  expect(new Set(all.map(({ calls }) => calls.length)).size).toBe(1);
});

test("a name that addresses write in several ways is taken out of views; a short ref changes nothing else", async () => {
  const owner = await addPerson({ email: "o@example.com", name: "O", role: "analyst", limits: null });
  const viewer = { id: owner.id, role: "analyst" as const, scope: everything };
  const queries = ["person=O'Brien", "person=O%27Brien", "person=O%27Brien&room=O%27Brien", "room=7&tag=7", "user=7"];
  const ids: string[] = [];
  for (const query of queries) ids.push((await addView({ name: query, page: "/overview", query, team: false }, viewer)).id);
  const { pseudonym } = await erasePerson("O'Brien");
  await erasePerson("7");
  const rows = new Map((await (await state()).select().from(views)).map(({ id, query }) => [id, query]));
  expect(ids.map((id) => rows.get(id))).toEqual([`person=${pseudonym}`, `person=${pseudonym}`, `room=O%27Brien&person=${pseudonym}`, "room=7&tag=7", ""]);
});

test("an account's names are purged after its days, those of other days and accounts stay", async () => {
  const named = async () =>
    (await (await warehouse()).query<{ n: number }>({ sql: "SELECT count(*) AS n FROM calls WHERE user_name IS NOT NULL OR agent IS NOT NULL", values: [] }))[0]
      ?.n;
  const all = await named();
  const now = Date.parse("2026-10-13T12:00:00Z");
  expect(await purgeDue(now)).toBe(0);
  await changeAccount(account, { name: "Main", baseUrl: "http://127.0.0.1:9", appId: "a", retentionDays: 10 });
  expect(await purgeDue(now)).toBe(records.filter((record) => String(record.trans_date) < "2026-10-03").length);
  expect(await named()).toBeLessThan(all as number);
  const left = (
    await (await warehouse()).query<{ first: number }>({ sql: "SELECT min(logged_ms) AS first FROM calls WHERE agent IS NOT NULL", values: [] })
  )[0];
  expect(new Date(left?.first as number).toISOString().slice(0, 10)).toBe("2026-10-03");
  await changeAccount(account, { name: "Main", baseUrl: "http://127.0.0.1:9", appId: "a" });
  expect(await purgeDue(Date.parse("2026-10-14T12:00:00Z"))).toBeGreaterThan(0);
});

test("an erased person is gone from frozen reports, links and saved views too; the figures stay", async () => {
  const owner = await addPerson({ email: "v@example.com", name: "V", role: "analyst", limits: null });
  const query = `from=2026-10-01&to=2026-10-05&${new URLSearchParams({ person: person.ref })}`;
  const view = await addView({ name: "One", page: "/overview", query, team: false }, { id: owner.id, role: "analyst", scope: everything });
  const { id } = await addShare(shareInput({ title: "Frozen", query, kind: "snapshot" }), {
    kind: "session",
    id: owner.id,
    maker: owner.id,
    name: "V",
    role: "analyst",
    scope: everything,
  });
  const db = await state();
  const words = { form: "html", every: "day", tz: "UTC", period: "last-month", owner: "V" } as const;
  await db.insert(schedules).values({ id: "s", name: "S", query, hour: 6, recipients: [], createdAt: 0, nextAt: 0, ...words });
  const snapshot = async () => (await db.select().from(shares).where(eq(shares.id, id)))[0] as { snapshot: { figures: unknown } };
  const before = await snapshot();
  expect(JSON.stringify(before)).toContain(person.ref);
  const { pseudonym } = await erasePerson(person.ref);
  const after = await snapshot();
  for (const told of [after, await db.select().from(schedules), await db.select().from(views).where(eq(views.id, view.id))]) {
    expect(JSON.stringify(told)).not.toContain(person.ref);
    expect(JSON.stringify(told)).not.toContain(person.name);
  }
  expect(after.snapshot.figures).toEqual(before.snapshot.figures);
  const answer = await runMetrics(
    metricsOf(metricsQuery.parse({ measures: "calls", from: "2026-10-01", to: "2026-10-05", person: pseudonym }), { tz: "UTC", now: 0, scope: everything }),
  );
  expect(answer.totals.calls).toBe(records.filter((record) => user(record).ref === person.ref).length);
  expect(JSON.stringify(await exported(pseudonym))).not.toContain(person.ref);
});
