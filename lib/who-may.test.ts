import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GET as shownPage } from "@/app/s/[token]/route";
import { type MailServer, startMailServer } from "@/e2e/mail-server";
import { shareInput } from "@/e2e/share-input";
import { useDataDir } from "@/e2e/test-store";
import { addAlert, checkAlerts, listAlerts, removeAlert, takeOverAlert } from "./alerts";
import {
  addConfiguredAdmin,
  addPerson,
  addToken,
  changePerson,
  listPeople,
  listTokens,
  operator,
  type Principal,
  principalOf,
  readJournal,
  setUp,
} from "./auth";
import { callsQuery, listCalls, metricsOf, metricsQuery, runMetrics } from "./metrics";
import { addSchedule, changeSchedule, listSchedules, removeSchedule, takeOverSchedule } from "./reports";
import { sendDue, testSchedule } from "./reports/send";
import { setLabel } from "./rooms";
import { everything, type Limits, type Scope } from "./scope";
import { addShare, addView, changeView, listShares, removeView, revokeShare, type ShareInput, takeOverShare } from "./sharing";
import { alerts, type Role, schedules, state, writeSettings } from "./state";
import { localDay } from "./time";
import { warehouse } from "./warehouse";

/** Calls of today, so that what runs by itself looks at them: one in r1, two in r2, four in r3. How many there are tells which rooms. */
const rooms = { r1: 1, r2: 2, r3: 4 };
const today = localDay("UTC", Date.now());
const named = "Someone Named";

let store: ReturnType<typeof useDataDir>;
let server: MailServer;
let admin: Principal;
let maker: Principal;

const asPrincipal = (id: string, name: string, role: Role, scope: Scope = everything): Principal => ({ kind: "session", id, maker: id, name, role, scope });
const bearer = (token: string) => principalOf(new Request("http://x/", { headers: { authorization: `Bearer ${token}` } }));
async function added(name: string, role: Role, limits: Limits | null = null): Promise<Principal> {
  const { id } = await addPerson({ email: `${name.toLowerCase()}@example.com`, name, role, limits });
  return asPrincipal(id, name, role);
}

beforeAll(async () => {
  server = await startMailServer();
  store = useDataDir({
    SMTP_URL: server.url,
    CREDENTIALS_KEY: "a credentials key for tests",
    ADMIN_API_TOKEN: "token-of-the-environment",
  });
  const { id } = await setUp({ email: "admin@example.com", name: "Admin", password: "correct horse battery" });
  admin = asPrincipal(id, "Admin", "admin");
  await addConfiguredAdmin();
  const records = Object.entries(rooms).flatMap(([room, calls]) =>
    Array.from({ length: calls }, (_, index) => ({
      cdr_id: `${room}-${index}`,
      trans_date: `${today}T00:00:00.000Z`,
      user: { role: "participant", name: named, ref: "ref-1" },
      room: { room_id: room },
      usage: { connect_minutes_cal: 10 },
    })),
  );
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield records.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
  await setLabel("r1", { label: null, tag: "Clinic" }, "test");
  await setLabel("r2", { label: null, tag: "Clinic" }, "test");
});
afterAll(async () => {
  await server.close();
  await store.close();
});

let people = 0;
beforeEach(async () => {
  for (const { id } of await listSchedules()) await removeSchedule(id);
  for (const { id } of await listAlerts()) await removeAlert(id);
  server.clear();
  server.refuse = () => null;
  maker = await added(`Maker ${++people}`.replace(" ", "-"), "analyst");
});

const linkInput = (more: Partial<ShareInput> = {}) => shareInput({ query: `from=${today}&to=${today}`, ...more });
const scheduleInput = {
  name: "Sent",
  form: "calls",
  every: "day",
  hour: 6,
  tz: "UTC",
  period: "today",
  recipients: ["outside@elsewhere.example"],
  active: true,
} as const;
const alertInput = {
  name: "Watched",
  measure: "calls",
  way: "above",
  mark: 0,
  days: 1,
  minCalls: 0,
  tz: "UTC",
  recipients: ["x@y.example"],
  webhookUrl: null,
  active: true,
} as const;

/** Which rooms, and whether the person's name. */
type Seen = { rooms: string[]; names: boolean } | "gone";
const seenIn = (text: string): Seen => ({ rooms: Object.keys(rooms).filter((room) => text.includes(room)), names: text.includes(named) });
const roomsOf = (calls: number) => Object.entries(rooms).flatMap(([room, count]) => (calls & count ? [room] : []));

async function seenBy({ scope }: Principal): Promise<Seen> {
  const defaults = { tz: "UTC", now: Date.now(), scope };
  return seenIn(JSON.stringify((await listCalls(callsQuery.parse({ from: today, to: today }), defaults)).rows));
}

async function opened(token: string): Promise<Seen> {
  const page = await shownPage(new Request(`http://x/s/${token}`), { params: Promise.resolve({ token }) });
  if (page.status === 404) return "gone";
  expect(page.status).toBe(200);
  return seenIn(await page.text());
}

async function viewOf(owner: Principal, query = ""): Promise<string> {
  return (await addView({ name: `View ${query}`, page: "/overview", query, team: false }, owner)).id;
}

/** Lets a schedule be due now, and gives what went out, by the address that it went to. */
async function sent(id: string): Promise<Record<string, Seen>> {
  server.clear();
  await (await state())
    .update(schedules)
    .set({ nextAt: Date.now() - 1 })
    .where(eq(schedules.id, id));
  await sendDue();
  return Object.fromEntries(
    server.mails.flatMap((mail) =>
      [mail.to].flat().flatMap((to) => to?.value.map(({ address }) => [address, seenIn(mail.attachments[0]?.content.toString("utf8") ?? "")]) ?? []),
    ),
  );
}

/** Everything that somebody can make, each with what it shows afterwards. */
const things: Record<string, () => Promise<() => Promise<Seen>>> = {
  "an API token": async () => {
    const { token } = await addToken("script", "admin", null, maker.maker);
    return async () => {
      const caller = await bearer(token);
      return caller ? seenBy(caller) : "gone";
    };
  },
  "a link": async () => {
    const { token } = await addShare(linkInput(), maker);
    return () => opened(token);
  },
  "a schedule": async () => {
    const { id } = await addSchedule({ ...scheduleInput, recipients: [...scheduleInput.recipients], view: await viewOf(maker) }, maker);
    return async () => (await sent(id))["outside@elsewhere.example"] ?? "gone";
  },
  "an alert": async () => {
    const made = { ...alertInput, recipients: [...alertInput.recipients] };
    const { id } = await addAlert({ ...made, query: "" }, maker);
    const { id: ofPerson } = await addAlert({ ...made, query: "person=ref-1" }, maker);
    return async () => {
      await (await state()).update(alerts).set({ checkedAt: null, value: null, error: null });
      await checkAlerts();
      const rows = await listAlerts();
      const [all, one] = [id, ofPerson].map((of) => rows.find((row) => row.id === of));
      if (all?.checkedAt === null) return "gone";
      return { rooms: roomsOf(all?.value ?? 0), names: one?.error === null };
    };
  },
};

const all = Object.keys(rooms);
const changes: [string, Parameters<typeof changePerson>[1], Seen][] = [
  ["as they were", {}, { rooms: all, names: true }],
  ["deactivated", { active: false }, "gone"],
  ["limited to a room", { limits: { rooms: ["r1"] } }, { rooms: ["r1"], names: true }],
  ["limited to a tag", { limits: { tags: ["Clinic"] } }, { rooms: ["r1", "r2"], names: true }],
  ["limited to an account without calls", { limits: { accounts: ["none"] } }, { rooms: [], names: false }],
  ["one who sees no names", { role: "viewer" }, { rooms: all, names: false }],
  ["limited, and without names", { role: "viewer", limits: { rooms: ["r2"] } }, { rooms: ["r2"], names: false }],
];

describe.each(changes)("whose maker is %s", (_, change, expected) => {
  test.each(Object.keys(things))("%s shows what its maker may see now", async (thing) => {
    const look = await (things[thing] as (typeof things)[string])();
    expect(await look()).toEqual({ rooms: all, names: true });
    await changePerson(maker.id, change);
    expect(await look()).toEqual(expected);
    await changePerson(maker.id, { active: true, role: "analyst", limits: null });
    expect(await look()).toEqual({ rooms: all, names: true });
  });
});

describe("an API token", () => {
  test("has the lesser of its role and its maker's, and lies in the limits of both", async () => {
    const { token } = await addToken("t", "analyst", { tags: ["Clinic"] }, maker.maker);
    expect(await bearer(token)).toMatchObject({ role: "analyst", maker: maker.id, scope: { limits: { tags: ["Clinic"] }, masked: false } });
    await changePerson(maker.id, { limits: { rooms: ["r2", "r3"] } });
    const caller = (await bearer(token)) as Principal;
    expect(await seenBy(caller)).toEqual({ rooms: ["r2"], names: true });
    const query = metricsOf(metricsQuery.parse({ measures: "calls", by: "room", from: today, to: today }), { tz: "UTC", now: Date.now(), scope: caller.scope });
    expect((await runMetrics(query)).rows).toEqual([{ room: "r2", calls: 2 }]);
    await changePerson(maker.id, { role: "admin" });
    expect(await bearer(token)).toMatchObject({ role: "analyst", scope: { limits: { tags: ["Clinic"] } } });
    await changePerson(maker.id, { role: "viewer" });
    expect(await bearer(token)).toMatchObject({ role: "viewer", scope: { masked: true } });
    await writeSettings({ timeZone: "UTC", currency: "INR", locale: "en-IN", viewersSeeNames: true });
    expect(await bearer(token)).toMatchObject({ role: "viewer", scope: { masked: false } });
    await writeSettings({ timeZone: "UTC", currency: "INR", locale: "en-IN", viewersSeeNames: false });
  });

  test("that was made with a token is of whoever stands behind that one; the environment's is the operator's", async () => {
    const first = (await bearer((await addToken("first", "admin", null, maker.maker)).token)) as Principal;
    const { token } = await addToken("second", "viewer", null, first.maker);
    expect(await bearer(token)).toMatchObject({ maker: maker.id });
    await changePerson(maker.id, { active: false });
    expect(await bearer(token)).toBeNull();
    expect((await listTokens()).find(({ name }) => name === "second")).toMatchObject({ owner: maker.name, stopped: `Its maker ${maker.name} is deactivated.` });
    expect(await bearer("token-of-the-environment")).toMatchObject({ role: "admin", maker: operator, scope: everything });
    const environment = (await listTokens()).find(({ name }) => name === "ADMIN_API_TOKEN");
    expect(environment).toMatchObject({ owner: "the operator", stopped: null });
  });
});

describe("a link", () => {
  test("that is frozen is gone once it shows more than its maker may see, and an admin who takes it over opens it again", async () => {
    const { id, token } = await addShare(linkInput({ kind: "snapshot" }), maker);
    const whole: Seen = { rooms: all, names: true };
    for (const change of [{ limits: { rooms: ["r1"] } }, { limits: null, role: "viewer" as const }, { active: false }]) {
      expect(await opened(token)).toEqual(whole);
      await changePerson(maker.id, change);
      expect(await opened(token)).toBe("gone");
      const listed = (await listShares(admin)).find((one) => one.id === id);
      expect(listed?.stopped).toContain(maker.name);
      await changePerson(maker.id, { role: "analyst", limits: null, active: true });
    }
    await changePerson(maker.id, { active: false });
    await takeOverShare(id, admin);
    expect(await opened(token)).toEqual(whole);
    expect((await listShares(admin)).find((one) => one.id === id)).toMatchObject({ owner: "Admin", stopped: null });
    await expect(takeOverShare("no-such-thing", admin)).rejects.toMatchObject({ code: "not_found" });
  });

  test("about a person by name is gone while names are hidden from its maker", async () => {
    const { token } = await addShare(linkInput({ query: `from=${today}&to=${today}&person=ref-1`, showNames: false }), maker);
    expect(await opened(token)).toEqual({ rooms: all, names: false });
    await changePerson(maker.id, { role: "viewer" });
    expect(await opened(token)).toBe("gone");
  });

  test("never shows more than it was made with, whoever takes it over", async () => {
    const { id, token } = await addShare(linkInput(), { ...maker, scope: { limits: { rooms: ["r1"] }, masked: false } });
    await takeOverShare(id, admin);
    expect(await opened(token)).toEqual({ rooms: ["r1"], names: true });
  });

  test("that was made with a token is listed and ended by that token and by its maker, not by another token", async () => {
    const tokens = await Promise.all(["a", "b"].map(async (name) => (await bearer((await addToken(name, "analyst", null, maker.maker)).token)) as Principal));
    const [own, other] = tokens as [Principal, Principal];
    const { id } = await addShare(linkInput(), own);
    const isListed = async (caller: Principal) => (await listShares(caller)).some((one) => one.id === id);
    expect(await Promise.all([own, other, maker, admin].map(isListed))).toEqual([true, false, true, true]);
    await expect(revokeShare(id, other)).rejects.toMatchObject({ code: "not_found" });
    await revokeShare(id, own);
  });
});

describe("a schedule", () => {
  test("goes on sending the view as it was when it was chosen, whatever becomes of that", async () => {
    const view = await viewOf(maker, "room=r1");
    const { id } = await addSchedule({ ...scheduleInput, recipients: ["outside@elsewhere.example"], view }, maker);
    await changeView(view, { query: "", name: "Wider" }, maker);
    expect(await sent(id)).toEqual({ "outside@elsewhere.example": { rooms: ["r1"], names: true } });
    await changeSchedule(id, { ...scheduleInput, recipients: ["outside@elsewhere.example"], hour: 7 }, admin);
    expect(await sent(id)).toEqual({ "outside@elsewhere.example": { rooms: ["r1"], names: true } });
    await changeSchedule(id, { ...scheduleInput, recipients: ["outside@elsewhere.example"], view }, maker);
    expect((await listSchedules())[0]).toMatchObject({ viewName: "Wider", query: "" });
    await removeView(view, maker);
    expect(await sent(id)).toEqual({ "outside@elsewhere.example": { rooms: all, names: true } });
  });

  test("cannot be made of somebody else's private view, nor changed to it", async () => {
    const view = await viewOf(maker);
    const input = { ...scheduleInput, recipients: ["outside@elsewhere.example"], view };
    await expect(addSchedule(input, admin)).rejects.toMatchObject({ code: "not_found" });
    const { id } = await addSchedule(input, maker);
    await expect(changeSchedule(id, input, admin)).rejects.toMatchObject({ code: "not_found" });
    await expect(addSchedule({ ...input, view: undefined }, maker)).rejects.toMatchObject({ errors: { view: ["is missing"] } });
  });

  test("sends each person of the installation what both they and its maker see, and nothing to whoever was deactivated", async () => {
    const head = await added("Head", "analyst", { rooms: ["r1", "r3"] });
    await added("Reader", "viewer");
    const gone = await added("Gone", "admin");
    await changePerson(gone.id, { active: false });
    const recipients = ["outside@elsewhere.example", "other@elsewhere.example", "HEAD@example.com", "reader@example.com", "gone@example.com"];
    const { id } = await addSchedule({ ...scheduleInput, recipients, view: await viewOf(maker) }, maker);
    const whole: Seen = { rooms: all, names: true };
    expect(await sent(id)).toEqual({
      "outside@elsewhere.example": whole,
      "other@elsewhere.example": whole,
      "HEAD@example.com": { rooms: ["r1", "r3"], names: true },
      "reader@example.com": { rooms: all, names: false },
    });
    expect(server.mails).toHaveLength(3);
    await changePerson(maker.id, { limits: { tags: ["Clinic"] } });
    expect(await sent(id)).toMatchObject({ "HEAD@example.com": { rooms: ["r1"], names: true }, "reader@example.com": { rooms: ["r1", "r2"], names: false } });
    expect((await listSchedules())[0]).toMatchObject({ part: "room tags Clinic", stopped: null });
    await changePerson(head.id, { active: false });
    await expect(testSchedule(id, "head@example.com")).rejects.toMatchObject({ code: "conflict" });
  });

  test("that one mail server's mailbox refused goes to that one alone when it is tried again", async () => {
    const recipients = ["outside@elsewhere.example", "reader@example.com"];
    const { id } = await addSchedule({ ...scheduleInput, recipients, view: await viewOf(maker) }, maker);
    server.refuse = (address) => (address === "reader@example.com" ? "Mailbox busy" : null);
    expect(Object.keys(await sent(id))).toEqual(["outside@elsewhere.example"]);
    expect((await listSchedules())[0]?.runs[0]).toMatchObject({ state: "waiting", error: expect.stringContaining("Mailbox busy") });
    server.clear();
    server.refuse = () => null;
    await sendDue(Date.now() + 120_000);
    expect(server.mails.map(({ to }) => [to].flat()[0]?.text)).toEqual(["reader@example.com"]);
    expect((await listSchedules())[0]?.runs[0]).toMatchObject({ state: "sent" });
  });
});

describe("whatever was left behind", () => {
  test("schedules and alerts say why they do not run, make up for nothing, and run again for whoever takes them over", async () => {
    const schedule = await addSchedule({ ...scheduleInput, recipients: ["outside@elsewhere.example"], view: await viewOf(maker) }, maker);
    const alert = await addAlert({ ...alertInput, recipients: ["x@y.example"], query: "" }, maker);
    await changePerson(maker.id, { active: false });
    expect(await sent(schedule.id)).toEqual({});
    const stopped = `Its maker ${maker.name} is deactivated.`;
    expect((await listSchedules())[0]).toMatchObject({ stopped, runs: [] });
    expect(Date.parse((await listSchedules())[0]?.nextAt as string)).toBeGreaterThan(Date.now());
    expect((await listAlerts())[0]).toMatchObject({ stopped, checkedAt: null });
    const heir = await added(`Heir-${people}`, "analyst");
    await takeOverSchedule(schedule.id, heir);
    await takeOverAlert(alert.id, heir);
    expect(await sent(schedule.id)).toEqual({ "outside@elsewhere.example": { rooms: all, names: true } });
    await checkAlerts();
    expect((await listSchedules())[0]).toMatchObject({ stopped: null, owner: heir.name });
    expect((await listAlerts())[0]).toMatchObject({ stopped: null, owner: heir.name, value: 7 });
    await expect(takeOverSchedule("no-such-thing", heir)).rejects.toMatchObject({ code: "not_found" });
    await expect(takeOverAlert("no-such-thing", heir)).rejects.toMatchObject({ code: "not_found" });
  });

  test("an alert on a figure of all calls cannot tell once its maker sees a part", async () => {
    await addAlert({ ...alertInput, recipients: ["x@y.example"], measure: "rejected", query: "" }, maker);
    await changePerson(maker.id, { limits: { rooms: ["r1"] } });
    await checkAlerts();
    expect((await listAlerts())[0]).toMatchObject({ value: null, error: expect.stringContaining("of all calls"), part: "rooms r1" });
  });

  test("what nobody knows the maker of does not run, and says so; what the operator's token made does", async () => {
    const unknown = await addSchedule({ ...scheduleInput, recipients: ["outside@elsewhere.example"], view: await viewOf(maker) }, maker);
    const db = await state();
    await db.update(schedules).set({ ownerId: null, owner: "Long Gone" }).where(eq(schedules.id, unknown.id));
    expect(await sent(unknown.id)).toEqual({});
    expect((await listSchedules())[0]?.stopped).toContain("Long Gone");
    await db.update(schedules).set({ ownerId: operator }).where(eq(schedules.id, unknown.id));
    expect(Object.keys(await sent(unknown.id))).toEqual(["outside@elsewhere.example"]);
  });

  test("how much a person made is told before anything is done to them, and is in the journal afterwards", async () => {
    await addToken("t", "viewer", null, maker.maker);
    for (const title of ["a", "b"]) await addShare(linkInput({ title }), maker);
    await addShare(linkInput({ expiresAt: new Date(Date.now() - 1).toISOString() }), maker);
    await addSchedule({ ...scheduleInput, recipients: ["outside@elsewhere.example"], view: await viewOf(maker) }, maker);
    const made = { tokens: 1, links: 2, schedules: 1, alerts: 0 };
    expect((await listPeople()).find(({ id }) => id === maker.id)).toMatchObject({ made });
    const entry = async () => (await readJournal({ action: `what ${maker.name} made`, limit: 1 })).rows[0];
    await changePerson(maker.id, { name: maker.name }, { actor: "Admin", address: "10.0.0.1" });
    expect(await entry()).toBeUndefined();
    expect(await changePerson(maker.id, { active: false }, { actor: "Admin", address: "10.0.0.1" })).toMatchObject({ active: false, made });
    expect(await entry()).toMatchObject({
      actor: "Admin",
      action: `what ${maker.name} made goes by other rights: 1 token, 2 links, 1 schedule`,
      outcome: "ok",
      address: "10.0.0.1",
    });
  });
});
