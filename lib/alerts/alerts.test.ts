import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { defaultFeed, Feed } from "@/e2e/cdr-api/records";
import { type MailServer, startMailServer } from "@/e2e/mail-server";
import { callsOf, type LoopCall, localDayHour } from "@/e2e/plain-loops";
import { markLoaded, useDataDir } from "@/e2e/test-store";
import { operator } from "../auth";
import { setBudget } from "../billing";
import { forget } from "../once";
import { everything } from "../scope";
import { alertMessages, alerts, breaches, closeInterrupted, closeState, jobs, state } from "../state";
import { addDays, daysBetween } from "../time";
import { warehouse } from "../warehouse";
import { type AlertInput, addAlert, changeAlert, listAlerts, removeAlert } from "./alerts";
import { checkAlerts } from "./check";
import { preview } from "./figure";
import { sendMessages, testAlert } from "./send";

const now = Date.parse("2026-10-20T10:00:00Z");
let store: ReturnType<typeof useDataDir>;
let calls: LoopCall[];
let mail: MailServer;
let receiver: Server;
let url = "";
let received: { headers: IncomingHttpHeaders; body: string }[] = [];
let answer: number | "never" = 200;

const by = { maker: operator, name: "test", scope: everything };

const input = (more: Partial<AlertInput> = {}): AlertInput => ({
  name: "Bad calls",
  measure: "bad_share",
  way: "above",
  mark: 0.01,
  days: 3,
  minCalls: 0,
  query: "",
  tz: "UTC",
  recipients: [],
  webhookUrl: url,
  active: true,
  ...more,
});

beforeAll(async () => {
  mail = await startMailServer();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      if (request.url === "/never" || answer === "never") return;
      received.push({ headers: request.headers, body });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as { port: number }).port}/hook`;
  store = useDataDir({
    SMTP_URL: mail.url,
    CDR_ALLOWED_HOSTS: new URL(url).host,
    CREDENTIALS_KEY: "a credentials key for tests",
  });
  const feed = new Feed({ ...defaultFeed, seed: "alerts", callsPerDay: 80, dirt: 0.01, badWeek: "2026-10-12" });
  const records = daysBetween("2026-09-15", "2026-10-20").flatMap((day) => feed.loggedOn(day));
  calls = callsOf(records).calls;
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield records.map((record) => Buffer.from(JSON.stringify(record)));
    })(),
  );
  await markLoaded("imported", "2026-09-16", "2026-10-20", now);
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await mail.close();
  await store.close();
});
beforeEach(async () => {
  for (const { id } of await listAlerts()) await removeAlert(id);
  received = [];
  mail.clear();
  answer = 200;
});

const messages = async () => (await state()).select().from(alertMessages);
/** Moves an alert's mark so that it is, or is not, breached. */
async function set(id: string, mark: number): Promise<void> {
  await (await state()).update(alerts).set({ mark }).where(eq(alerts.id, id));
}

test("a breach is told once, however often and by however many it is looked at; its end is told once too", async () => {
  const { id } = await addAlert(input({ recipients: ["ops@example.com"] }), by);
  for (let round = 0; round < 3; round++) await Promise.all([checkAlerts(now), checkAlerts(now), sendMessages(now), sendMessages(now)]);
  await sendMessages(now);
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["alert.breach"]);
  expect(mail.texts.filter((text) => text.includes("Subject: Alert: Bad calls"))).toHaveLength(1);
  await set(id, 0.99);
  for (let round = 0; round < 2; round++) await checkAlerts(now + 60_000);
  await sendMessages(now + 60_000);
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["alert.breach", "alert.resolved"]);
  expect(mail.texts.filter((text) => text.includes("Subject: Resolved: Bad calls"))).toHaveLength(1);
  await set(id, 0.01);
  await checkAlerts(now + 120_000);
  await sendMessages(now + 120_000);
  expect(received).toHaveLength(3);
  expect((await listAlerts())[0]?.breaches).toHaveLength(2);
});

test("neither a restart nor a clock that is set back tells it again", async () => {
  await addAlert(input(), by);
  await checkAlerts(now);
  await sendMessages(now);
  await closeState();
  forget("state");
  await closeInterrupted(alertMessages);
  for (const at of [now, now - 3_600_000, now + 5 * 60_000, now - 2 * 3_600_000]) {
    await checkAlerts(at);
    await sendMessages(at + 10 * 3_600_000);
  }
  expect(received).toHaveLength(1);
});

test("what was written down before a stop is sent after it; what was cut off in the middle is not sent twice", async () => {
  await addAlert(input(), by);
  await checkAlerts(now);
  await closeState();
  forget("state");
  await closeInterrupted(alertMessages);
  await sendMessages(now);
  expect(received).toHaveLength(1);
  await (await state()).update(alertMessages).set({ state: "sending" });
  await closeInterrupted(alertMessages);
  await sendMessages(now + 3_600_000);
  expect(received).toHaveLength(1);
  expect((await messages())[0]).toMatchObject({ state: "failed", error: expect.stringContaining("may have arrived") });
});

test("a webhook's signature is one that a receiver's library accepts, and no other secret fits", async () => {
  const { id, webhookSecret } = await addAlert(input(), by);
  await testAlert(id);
  const { headers, body } = received[0] as { headers: IncomingHttpHeaders; body: string };
  const told = Object.fromEntries(["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, String(headers[name])]));
  expect(new Webhook(webhookSecret as string).verify(body, told)).toMatchObject({ type: "alert.test", data: { alert: { id, measure: "bad_share" } } });
  expect(() => new Webhook(webhookSecret as string).verify(`${body} `, told)).toThrow();
  const moved = await changeAlert(id, input({ webhookUrl: `${url}/elsewhere` }), by);
  expect(() => new Webhook(moved.webhookSecret as string).verify(body, told)).toThrow();
  expect((await changeAlert(id, input({ webhookUrl: `${url}/elsewhere`, name: "Same receiver" }), by)).webhookSecret).toBeNull();
  expect(JSON.stringify(await listAlerts())).not.toContain(moved.webhookSecret);
});

test("a receiver that never answers holds nothing up", async () => {
  await addAlert(input({ name: "To a slow one", webhookUrl: url.replace("/hook", "/never") }), by);
  await addAlert(input({ name: "To a quick one" }), by);
  await checkAlerts(now);
  const sending = sendMessages(now);
  // The quick one has its message before the slow one is given up.
  const gaveUp = async () => (await messages()).some(({ error }) => error !== null);
  while (received.length === 0 && !(await gaveUp())) await new Promise((resolve) => setTimeout(resolve, 20));
  expect([received.length, await gaveUp()]).toEqual([1, false]);
  await checkAlerts(now);
  await sending;
  expect((await messages()).map(({ state: told }) => told).sort()).toEqual(["sent", "waiting"]);
});

test("a receiver that refuses is tried again, later and later, and given up after six tries", async () => {
  answer = 503;
  await addAlert(input(), by);
  await checkAlerts(now);
  let at = now;
  for (let tries = 1; tries <= 8; tries++) {
    await sendMessages(at);
    at += 60_000 * 2 ** (tries - 1) - 1;
    await sendMessages(at);
    at += 1;
  }
  expect(received).toHaveLength(6);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect((await listAlerts())[0]?.breaches[0]?.messages).toEqual([
    { kind: "breach", by: "webhook", state: "failed", error: "The receiver answered with 503." },
  ]);
});

test("a webhook may not lead into the network", async () => {
  process.env.CDR_ALLOWED_HOSTS = "";
  forget("config");
  await expect(addAlert(input({ webhookUrl: "http://10.0.0.1/x" }), by)).rejects.toMatchObject({ errors: { webhookUrl: expect.anything() } });
  const { id } = await addAlert(input({ webhookUrl: "https://hooks.example.com/x" }), by);
  await (await state()).update(alerts).set({ webhookUrl: url }).where(eq(alerts.id, id));
  await expect(testAlert(id)).rejects.toThrow(/^The receiver's address lies inside the network/);
  // A host that is named with a port is allowed there alone.
  process.env.CDR_ALLOWED_HOSTS = "127.0.0.1:80";
  forget("config");
  await expect(testAlert(id)).rejects.toThrow(/inside the network/);
  await expect(addAlert(input(), by)).rejects.toMatchObject({ errors: { webhookUrl: [expect.stringContaining("CDR_ALLOWED_HOSTS")] } });
  await addAlert(input({ webhookUrl: "http://127.0.0.1/x" }), by);
  process.env.CDR_ALLOWED_HOSTS = new URL(url).host;
  forget("config");
  expect(received).toEqual([]);
});

test("what went wrong with a webhook is told by its kind, without a word of a resolver or a socket", async () => {
  const closed = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
  process.env.CDR_ALLOWED_HOSTS = `${new URL(url).host},127.0.0.1:${closed}`;
  forget("config");
  for (const [webhookUrl, words] of [
    [`http://127.0.0.1:${closed}/`, "The receiver could not be reached."],
    [url.replace("http:", "https:"), "The receiver could not be reached."],
    ["http://no-such-host.invalid/", "The receiver could not be reached."],
    [url.replace("/hook", "/never"), "The receiver did not answer within 10 seconds."],
  ] as const) {
    const { id } = await addAlert(input({ webhookUrl }), by);
    await expect(testAlert(id)).rejects.toThrow(new Error(words));
  }
  process.env.CDR_ALLOWED_HOSTS = new URL(url).host;
  forget("config");
});

test("an alert with filters that no address would hold, kept by a version before, is sent all the same", async () => {
  const { id } = await addAlert(input({ recipients: ["a@example.com"], webhookUrl: null, query: "room=x" }), by);
  await (await state()).update(alerts).set({ query: "room=100%&role=a+b%2Cc" }).where(eq(alerts.id, id));
  await testAlert(id);
  expect(mail.texts[0]).toContain("Filters: room=100%, role=a b,c");
  expect(mail.texts[0]).toContain("it may still change");
});

/** The windows of an alert in plain loops. */
function loops(days: number, of: (inWindow: LoopCall[]) => number | null): (number | null)[] {
  const placed = calls.map((call) => ({ call, day: localDayHour(call.loggedMs, "Asia/Kolkata").day }));
  return daysBetween("2026-09-21", "2026-10-20").map((day) =>
    of(placed.filter((one) => one.day >= addDays(day, 1 - days) && one.day <= day).map(({ call }) => call)),
  );
}

test.each([
  ["bad_share", 3, (some: LoopCall[]) => some.filter(({ quality }) => quality === "Bad").length / some.filter(({ quality }) => quality !== null).length],
  ["billed_minutes", 2, (some: LoopCall[]) => some.reduce((sum, { billed }) => sum + (billed ?? 0), 0)],
  ["calls", 1, (some: LoopCall[]) => some.length],
] as const)("what %s would have read in the last 30 days is that of plain loops", async (measure, days, of) => {
  const expected = loops(days, of);
  const mark = [...expected].sort((a, b) => Number(a) - Number(b))[20] as number;
  const told = await preview(input({ measure, days, mark, tz: "Asia/Kolkata" }), now, everything);
  for (const [index, { day, value }] of told.days.entries()) expect(value, day).toBeCloseTo(expected[index] as number, 9);
  const above = told.days.map(({ value }) => (value as number) > mark);
  expect(told.fired).toBe(above.filter((is, index) => is && !above[index - 1]).length);
  expect(told.fired).toBeGreaterThan(0);
});

test("with days that are not loaded too much is told, but neither too little nor that all is well; too few calls say nothing", async () => {
  const then = Date.parse("2026-09-17T10:00:00Z");
  const below = input({ measure: "calls", way: "below", mark: 1e6, days: 2 });
  const [much, little] = [input({ measure: "calls", mark: 1, days: 3 }), input({ measure: "calls", mark: 1e6, days: 3 })];
  const lastOf = async (alert: AlertInput) => (await preview(alert, then, everything)).days.at(-1);
  await markLoaded("imported", "2026-09-17", "2026-09-17", then);
  expect(await lastOf(below)).toEqual({ day: "2026-09-16", isBreach: false, value: null, notLoaded: ["2026-09-15"] });
  expect(await lastOf(much)).toMatchObject({ day: "2026-09-17", isBreach: true, notLoaded: ["2026-09-15"] });
  expect(await lastOf(little)).toEqual({ day: "2026-09-17", isBreach: false, value: null, notLoaded: ["2026-09-15"] });
  // The window's own days decide, in its own zone: the 16th in Kolkata begins on the 15th.
  expect(await lastOf({ ...little, days: 2, tz: "Asia/Kolkata" })).toMatchObject({ value: null, notLoaded: ["2026-09-15"] });
  const { id } = await addAlert({ ...much, tz: "UTC" }, by);
  await checkAlerts(then);
  await set(id, 1e6);
  await checkAlerts(then + 60_000);
  expect((await listAlerts())[0]).toMatchObject({ value: null, error: "Could not judge: 2026-09-15 (UTC) is not loaded.", breaches: [{ resolvedAt: null }] });
  await markLoaded("imported", "2026-09-15", "2026-09-15", now);
  await checkAlerts(then + 120_000);
  expect((await listAlerts())[0]).toMatchObject({ error: null, breaches: [{ resolvedAt: expect.any(String) }] });
  expect(await lastOf(below)).toMatchObject({ day: "2026-09-16", isBreach: true });
  expect((await preview(input({ minCalls: 1e6 }), now, everything)).fired).toBe(0);
});

test("a budget, failed loads and rejected records can be watched; a budget that is not there is said", async () => {
  await expect(addAlert(input({ measure: "budget", mark: 0.8 }), by)).rejects.toMatchObject({ code: "not_found" });
  await setBudget({ scope: "all", name: "", amount: "1000" }, "test");
  await addAlert(input({ measure: "budget", mark: 0.8 }), by);
  expect((await preview(input({ measure: "rejected", mark: 0, days: 90 }), Date.now(), everything)).days.at(-1)?.value).toBeGreaterThan(0);
  const row = {
    id: "j",
    account: "imported",
    from: "2026-10-01",
    to: "2026-10-01",
    mode: "all" as const,
    state: "failed" as const,
    requestedBy: "test",
    createdAt: now,
    finishedAt: now,
  };
  await (await state()).insert(jobs).values(row);
  await checkAlerts(now);
  expect((await listAlerts())[0]).toMatchObject({ value: 0, error: null });
  expect((await preview(input({ measure: "failed_loads", mark: 0, query: "account=imported" }), now, everything)).fired).toBe(1);
});

test("an alert that is paused is not looked at, and a removed one leaves nothing behind", async () => {
  const { id } = await addAlert(input({ active: false }), by);
  await checkAlerts(now);
  expect(await messages()).toEqual([]);
  await (await state()).update(alerts).set({ active: true });
  await checkAlerts(now);
  await removeAlert(id);
  expect(await messages()).toEqual([]);
  expect(await (await state()).select().from(breaches)).toEqual([]);
});
