import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { addConfiguredAdmin, authOptions } from "../auth";
import { config } from "../config";
import { forget, once } from "../once";
import { type QueueName, queue, queueBounds } from "../queue";
import { accounts, alerts, apiTokens, invites, people, shares, state } from "../state";
import { warehouse } from "../warehouse";
import { operations } from "./openapi";

const adminToken = "a-token-of-the-admin-for-tests";
const password = "correct horse battery staple";
/** Secrets that are sent; none may come back or be logged. */
const sent = [password, "a-top-secret-app-key", "a-share-password"];

/** Bodies that each route takes, for every route that takes JSON. `ids` are of things that are there. */
const bodies = (ids: Record<string, string>): Record<string, object> => {
  const card = {
    name: "Card",
    currency: "INR",
    perMinute: "0.40",
    validFrom: "2026-01-01",
    conditions: { account: ["a"], app: ["b"], room: ["c"], tag: ["d"], role: ["e"] },
    taxName: "GST",
    tiers: [{ above: 5, perMinute: "0.1" }],
  };
  const schedule = { name: "Schedule", view: ids.view, form: "html", every: "day", hour: 8, tz: "UTC", period: "last-month", recipients: ["a@example.com"] };
  const alert = {
    name: "Alert",
    measure: "calls",
    way: "above",
    mark: 1,
    query: "room=r1",
    tz: "UTC",
    recipients: ["a@example.com"],
    webhookUrl: "https://hooks.example.com/x",
  };
  const account = { name: "Account", baseUrl: "https://api.example.com/video/v2", appId: "app", appKey: "a-top-secret-app-key", retentionDays: 30 };
  const person = { name: "Person", email: "p@example.com", role: "viewer", limits: { rooms: ["r1"], tags: ["t"], accounts: ["a"] } };
  return {
    "post /api/v1/rates": card,
    "put /api/v1/rates/{id}": card,
    "put /api/v1/billing/budgets": { scope: "tag", name: "t", amount: "5" },
    "put /api/v1/audit/{key}": { state: "accepted", note: "note" },
    "post /api/v1/schedules": schedule,
    "put /api/v1/schedules/{id}": schedule,
    "post /api/v1/schedules/{id}/test": { to: "a@example.com" },
    "post /api/v1/shares": { title: "Share", note: "n", page: "overview", query: "room=r1", password: "a-share-password", embedIn: ["https://x.example.com"] },
    "post /api/v1/alerts": alert,
    "put /api/v1/alerts/{id}": alert,
    "post /api/v1/alerts/preview": alert,
    "put /api/v1/rooms/{room}": { label: "Label", tag: "Tag" },
    "post /api/v1/views": { name: "View", page: "/overview", query: "room=r1", team: false },
    "patch /api/v1/views/{id}": { name: "View", page: "/overview", query: "room=r1" },
    "post /api/v1/sync": { from: "2026-10-01", to: "2026-10-01", account: "nobody", mode: "all" },
    "post /api/v1/accounts": account,
    "put /api/v1/accounts/{id}": account,
    "patch /api/v1/accounts/{id}": { countsWithdrawn: true },
    "post /api/v1/accounts/test": { ...account, baseUrl: "http://127.0.0.1:9" },
    "post /api/v1/notify/{account}": { conf_num: "c1", type: "roomdrop" },
    "post /api/v1/persons/erase": { person: "p1" },
    "post /api/v1/people": { ...person, password },
    "patch /api/v1/people/{id}": { name: "Person", role: "viewer", limits: { rooms: ["r1"] } },
    "post /api/v1/invites": person,
    "post /api/v1/invites/accept": { token: "a-token-that-is-long-enough", password },
    "put /api/v1/two-step": { code: "123456" },
    "delete /api/v1/two-step": { code: "123456" },
    "post /api/v1/password": { current: password, password },
    "post /api/v1/tokens": { name: "Token", role: "viewer", limits: { rooms: ["r1"] } },
    "put /api/v1/settings": { timeZone: "UTC", currency: "INR", locale: "en-IN", viewersSeeNames: false },
    "post /api/v1/setup": { email: "s@example.com", name: "S", password },
  };
};

const hostile: unknown[] = [
  "a\u0000b",
  "\u0000",
  `'"; DROP TABLE people; -- \\`,
  "constructor",
  "__proto__",
  "line\r\nSet-Cookie: a=b",
  "half \ud83d",
  "x".repeat(5_000),
  "",
  "$1",
  null,
  { toString: "x", valueOf: 1 },
  ["__proto__"],
  1e308,
];

/** A body with one of its values replaced, for every value at every depth; and with names that every object has. */
function* spoiled(body: unknown): Generator<unknown> {
  yield* hostile;
  if (typeof body !== "object" || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    for (const other of spoiled(value)) yield Array.isArray(body) ? [other] : { ...body, [name]: other };
  }
  if (Array.isArray(body)) return;
  for (const name of ["constructor", "hasOwnProperty", "unknown"]) yield { ...body, [name]: "x" };
  yield JSON.parse(`{"__proto__":{"role":"admin"},${JSON.stringify(body).slice(1)}`);
}

let store: ReturnType<typeof useDataDir>;
const logged: string[] = [];
const answers: string[] = [];
const ids: Record<string, string> = {};

async function ask(method: string, template: string, body: unknown, params: Record<string, string>): Promise<Response> {
  const file = join(process.cwd(), "app", template.replaceAll("{", "[").replaceAll("}", "]"), "route.ts");
  const handlers = (await import(/* @vite-ignore */ file)) as Record<string, (request: Request, context: unknown) => Promise<Response>>;
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""));
  const isRead = method === "get";
  const query = isRead ? `?${new URLSearchParams(body as Record<string, string>)}` : "";
  const request = new Request(`http://localhost${path}${query}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    ...(isRead ? {} : { body: JSON.stringify(body) }),
  });
  return (handlers[method.toUpperCase()] as (typeof handlers)[string])(request, { params: Promise.resolve(params) });
}

beforeAll(async () => {
  store = useDataDir({
    ADMIN_EMAIL: "admin@example.com",
    ADMIN_PASSWORD: password,
    ADMIN_API_TOKEN: adminToken,
    CREDENTIALS_KEY: "a credentials key for tests",
    NEXTAUTH_SECRET: "a secret of sessions for tests",
    CDR_ALLOWED_HOSTS: "127.0.0.1",
  });
  forget("log");
  once("log", () => pino({ level: "debug", base: null }, { write: (line: string) => void logged.push(line) }));
  await addConfiguredAdmin();
  await (await warehouse()).load(
    "imported",
    (async function* () {
      yield [Buffer.from(JSON.stringify({ cdr_id: "x1", trans_date: "2026-10-05T10:00:00.000Z", room: { room_id: "r1" }, user: { ref: "p1" } }))];
    })(),
  );
  const db = await state();
  ids.person = (await db.select({ id: people.id }).from(people))[0]?.id as string;
  const made = bodies(ids);
  for (const [name, key] of [
    ["account", "post /api/v1/accounts"],
    ["alert", "post /api/v1/alerts"],
    ["share", "post /api/v1/shares"],
    ["rate", "post /api/v1/rates"],
  ] as const) {
    const answer = await ask("post", key.split(" ")[1] as string, made[key], {});
    expect(answer.status, key).toBe(201);
    ids[name] = (await answer.json()).id;
  }
});
afterAll(() => store.close());

const idOf: Record<string, string> = { rates: "rate", alerts: "alert", accounts: "account", people: "person" };
const paramsOf = (template: string): Record<string, string> =>
  Object.fromEntries(
    [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
      const resource = template.split("/")[3] ?? "";
      return [name, name === "room" ? "r1" : name === "account" ? (ids.account as string) : (ids[idOf[resource] ?? ""] ?? "no-such-thing")];
    }),
  );

/** What must be in no answer, no address and no line of the log. */
const traces = /scrypt\.[\w-]{10,}|\bv1\.[\w-]{16}\.|\b[0-9a-f]{64}\b|Failed query|params:|\binsert into\b|\bselect .* from\b|\n\s+at |node_modules/i;

test("whatever stands in the body of a route, no answer and no line of the log tells a secret or a statement, and nothing is a 500", async () => {
  const withBody = operations.filter(({ body }) => body).map(({ method, path }) => `${method} ${path}`);
  const all = bodies(ids);
  expect(Object.keys(all).sort()).toEqual(withBody.sort());
  const failed: string[] = [];
  for (const [key, body] of Object.entries(all)) {
    const [method = "", template = ""] = key.split(" ");
    for (const bad of spoiled(body)) {
      const response = await ask(method, template, bad, paramsOf(template));
      const text = await response.text();
      const told = `${text}\n${[...response.headers].join("\n")}`;
      answers.push(told);
      if (response.status === 500) failed.push(`${key} ${JSON.stringify(bad).slice(0, 200)}: ${text}`);
      // What a route gives out once is a secret of its own kind.
      if (traces.test(told) && response.status !== 201) failed.push(`${key} ${JSON.stringify(bad).slice(0, 200)}: ${told.slice(0, 300)}`);
    }
  }
  expect(failed).toEqual([]);
  expect(answers.length).toBeGreaterThan(2_000);
  expect(logged.filter((line) => traces.test(line))).toEqual([]);
});

/** Takes every place of a queue, until the answer is called. */
function fill(name: QueueName): () => void {
  let end = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { atOnce, waiting } = queueBounds[name];
  const places = Array.from({ length: atOnce + waiting }, (_, owner) => queue(name).run(`somebody ${owner}`, () => held));
  return () => {
    end();
    void Promise.all(places);
  };
}

test("where a queue is full, 503 says when to come again; and well again once it is not", async () => {
  const { token } = await (await ask("post", "/api/v1/shares", { title: "Open", page: "overview", query: "" }, {})).json();
  const days = { from: "2026-10-05", to: "2026-10-05" };
  const each: [QueueName, string, string, unknown, Record<string, string>][] = [
    ["heavy", "get", `/api/v1/audit`, days, {}],
    ["files", "get", `/api/v1/export/calls.csv`, days, {}],
    ["reports", "get", "/s/{token}", {}, { token }],
    ["reports", "post", "/api/v1/shares", { title: "Frozen", page: "overview", query: "", kind: "snapshot" }, {}],
    ["erasures", "post", "/api/v1/persons/erase", { person: "nobody" }, {}],
    ["passwords", "post", "/api/v1/shares", { title: "Locked", page: "overview", query: "", password: "a-share-password" }, {}],
  ];
  for (const [name, method, template, body, params] of each) {
    const end = fill(name);
    const full = await ask(method, template, body, params);
    expect([full.status, full.headers.get("retry-after")], template).toEqual([503, String(queueBounds[name].retryAfterSeconds)]);
    end();
    const answer = await ask(method, template, body, params);
    expect(answer.status, template).toBeLessThan(300);
    await answer.text();
  }
});

test("signing in tells one of its own words, whatever was typed", async () => {
  const [credentials] = authOptions().providers as { options: { authorize(credentials: object, request: object): Promise<unknown> } }[];
  for (const typed of ["x\u0000@example.com", "\u0000", "x".repeat(5_000), `'"--`, "constructor", "admin@example.com"]) {
    const outcome = await credentials?.options
      .authorize({ email: typed, password: "\u0000", code: "" }, { headers: {} })
      .catch((error: Error) => error.message);
    expect([null, "failed", "throttled"], typed.slice(0, 20)).toContain(outcome);
  }
  expect(logged.filter((line) => traces.test(line))).toEqual([]);
});

test("nothing that is stored as a secret, and nothing that was sent as one, is in an answer or the log", async () => {
  const db = await state();
  const stored = [
    ...(await db.select().from(people)).flatMap(({ passwordHash, totpCipher }) => [passwordHash, totpCipher]),
    ...(await db.select().from(accounts)).flatMap(({ appKeyCipher, notifyHash }) => [appKeyCipher, notifyHash]),
    ...(await db.select().from(shares)).map(({ passwordHash }) => passwordHash),
    ...(await db.select().from(alerts)).map(({ webhookCipher }) => webhookCipher),
    ...(await db.select().from(apiTokens)).map(({ hash }) => hash),
    ...(await db.select().from(invites)).map(({ hash }) => hash),
    config().CREDENTIALS_KEY,
    config().NEXTAUTH_SECRET,
  ].filter((secret) => secret !== null);
  expect(stored.length).toBeGreaterThan(20);
  for (const secret of [...stored, ...sent, adminToken]) {
    expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    expect(logged.filter((line) => line.includes(secret))).toEqual([]);
  }
});
