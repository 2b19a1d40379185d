import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ask, endedShare, signedInAs, totals } from "./api";
import { adminToken, apiPort, sample, signedInFile } from "./settings";

interface Operation {
  description: string;
  requestBody?: { content: Record<string, unknown> };
}

const order = ["viewer", "analyst", "admin"];
const tokens: Record<string, string | null> = { "signed out": null, admin: adminToken };

/** Whom a caller counts as where its maker was given less since; `nobody` where the maker was deactivated. */
const countsAs: Record<string, string> = {};
const links: Record<string, string> = {};

/** Makes an admin token and a link as somebody who is given less afterwards. */
async function leaveBehind(playwright: Parameters<typeof signedInAs>[0], request: Parameters<typeof ask>[0], as: string, change: object): Promise<void> {
  const [email, password] = [`left-${as.replaceAll(" ", "-")}-${test.info().workerIndex}@example.com`, "a password of one's own"];
  const added = await ask(request, "/api/v1/people", { method: "POST", data: { name: `Left ${as}`, email, password, role: "admin" } });
  expect(added.status()).toBe(201);
  const session = await signedInAs(playwright, email, password);
  const name = `an admin's token whose maker is ${as} now`;
  tokens[name] = (await (await session.post("/api/v1/tokens", { data: { name, role: "admin" } })).json()).token;
  const link = await session.post("/api/v1/shares", { data: { title: name, page: "overview", query: "from=2026-10-01&to=2026-10-31", showNames: true } });
  links[as] = (await link.json()).token;
  await session.dispose();
  const changed = await ask(request, `/api/v1/people/${(await added.json()).id}`, { method: "PATCH", data: change });
  expect(await changed.json()).toMatchObject({ made: { tokens: 1, links: 1, schedules: 0, alerts: 0 } });
  countsAs[name] = as;
}

test.beforeAll(async ({ playwright, request }) => {
  await leaveBehind(playwright, request, "nobody", { active: false });
  await leaveBehind(playwright, request, "viewer", { role: "viewer" });
  await leaveBehind(playwright, request, "limited analyst", { role: "analyst", limits: { tags: ["a tag that no room has"] } });
  for (const limits of [null, { tags: ["a tag that no room has"] }]) {
    for (const role of ["viewer", "analyst"]) {
      const name = limits ? `limited ${role}` : role;
      const made = await ask(request, "/api/v1/tokens", { method: "POST", data: { name, role, limits } });
      expect(made.status()).toBe(201);
      tokens[name] = (await made.json()).token;
    }
  }
  const view = { title: "A link", page: "overview", query: "from=2026-10-01&to=2026-10-31" };
  for (const state of ["open", "revoked"]) {
    const { id, token } = await (await ask(request, "/api/v1/shares", { method: "POST", data: view })).json();
    if (state === "revoked") await ask(request, `/api/v1/shares/${id}`, { method: "DELETE" });
    tokens[`a share link, ${state}`] = token;
  }
  tokens["a share link, ended"] = (await endedShare(request, view)).token;
});

test("the OpenAPI file lists every route that there is, and no other", async ({ request }) => {
  const { paths } = await (await ask(request, "/api/openapi.json", { token: null })).json();
  const files = ["api", "s"].flatMap((part) =>
    readdirSync(join("app", part), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith("route.ts") && !name.startsWith("auth"))
      .map((name) => `/${part}/${join(name, "..")}`),
  );
  const routes = files.map((name) => name.replaceAll("[", "{").replaceAll("]", "}"));
  expect(Object.keys(paths).sort()).toEqual(routes.sort());
});

test("every route × every role: allowed or refused as the OpenAPI file says", async ({ request }) => {
  const { paths } = (await (await ask(request, "/api/openapi.json", { token: null })).json()) as { paths: Record<string, Record<string, Operation>> };
  let checked = 0;
  for (const [template, operations] of Object.entries(paths)) {
    // Pages for readers without an account; every state of a link is tried in share.spec.ts.
    if (template.startsWith("/s/")) continue;
    // An id that nothing has: whoever may call gets 404, 400 or an answer, and changes nothing.
    const path = template.replace(/\{(from|to)\}/g, "2026-08-01").replace(/\{\w+\}/g, "no-such-thing");
    for (const [method, operation] of Object.entries(operations)) {
      const role = /role (\w+)/.exec(operation.description)?.[1] ?? "public";
      const isWhole = operation.description.includes("sight of all calls");
      for (const [caller, token] of Object.entries(tokens)) {
        const response = await ask(request, path, { method, token, ...(method === "get" || method === "delete" ? {} : { data: { nonsense: true } }) });
        const status = response.status();
        const what = `${method} ${path} as ${caller}`;
        const as = countsAs[caller] ?? caller;
        if (operation.description.includes("HTTP Basic")) expect(status, what).toBe(401);
        else if (role === "public") expect([401, 403], what).not.toContain(status);
        else if (token === null || as === "nobody" || as.startsWith("a share link")) expect(status, what).toBe(401);
        else if (order.indexOf(as.replace("limited ", "")) < order.indexOf(role)) expect(status, what).toBe(403);
        else if (isWhole && as.startsWith("limited")) expect(status, what).toBe(403);
        else expect([401, 403, 500], what).not.toContain(status);
        if (status >= 400 && status !== 503) {
          expect(response.headers()["content-type"], what).toContain("application/problem+json");
          expect(await response.json(), what).toMatchObject({
            type: expect.stringMatching(/^urn:meetledger:/),
            title: expect.any(String),
            status,
            detail: expect.any(String),
          });
        }
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(1_000);
});

test("a link whose maker has left looks like one that was taken back; one whose maker sees less shows less", async ({ request }) => {
  const opened = async (token: string) => {
    const response = await request.get(`/s/${token}`);
    return { status: response.status(), text: await response.text() };
  };
  expect(await opened(links.nobody as string)).toEqual(await opened(tokens["a share link, revoked"] as string));
  expect((await opened(links.nobody as string)).status).toBe(404);
  const { rows, meta } = await (await ask(request, "/api/v1/metrics?measures=calls&by=room&order=-calls&limit=1&from=2026-10-01&to=2026-10-31")).json();
  const room = meta.names[rows[0].room] ?? rows[0].room;
  const [viewer, limited] = [await opened(links.viewer as string), await opened(links["limited analyst"] as string)];
  expect([viewer.status, limited.status]).toEqual([200, 200]);
  expect(viewer.text).toContain(room);
  expect(viewer.text).not.toContain("<h2>People</h2>");
  expect(limited.text).toContain("<h2>People</h2>");
  expect(limited.text).not.toContain(room);
});

test("nothing can be made of a private view of somebody else's", async ({ playwright, request }) => {
  const [email, password] = [`private-${test.info().workerIndex}@example.com`, "a password of one's own"];
  await ask(request, "/api/v1/people", { method: "POST", data: { name: "Private", email, password, role: "analyst" } });
  const session = await signedInAs(playwright, email, password);
  const view = await (await session.post("/api/v1/views", { data: { name: "Mine", page: "/overview", query: "room=x" } })).json();
  const schedule = { name: "s", view: view.id, form: "html", every: "day", hour: 6, tz: "UTC", period: "today", recipients: ["x@example.com"] };
  expect((await ask(request, "/api/v1/schedules", { method: "POST", data: schedule })).status()).toBe(404);
  expect((await ask(request, `/api/v1/views/${view.id}`, { method: "PATCH", data: { isDefault: true } })).status()).toBe(404);
  const made = await (await session.post("/api/v1/schedules", { data: schedule })).json();
  expect((await ask(request, `/api/v1/schedules/${made.id}`, { method: "PUT", data: schedule })).status()).toBe(404);
  expect((await ask(request, `/api/v1/schedules/${made.id}`, { method: "PUT", data: { ...schedule, view: undefined } })).status()).toBe(200);
  expect((await ask(request, `/api/v1/schedules/${made.id}/take-over`, { method: "POST" })).status()).toBe(200);
  expect((await ask(request, `/api/v1/schedules/${made.id}`, { method: "DELETE" })).status()).toBe(204);
  await session.dispose();
});

test("a wrong token is nobody", async ({ request }) => {
  expect((await ask(request, "/api/v1/metrics", { token: "mlt_wrong" })).status()).toBe(401);
  expect((await ask(request, "/api/v1/metrics", { token: null, headers: { authorization: "Basic x" } })).status()).toBe(401);
});

const badInput: [string, string, object | undefined, string][] = [
  ["GET", "/api/v1/metrics?measures=nothing", undefined, "measures"],
  ["GET", "/api/v1/metrics?measures=", undefined, "measures"],
  ["GET", "/api/v1/metrics?measures=calls,calls", undefined, "measures"],
  ["GET", "/api/v1/metrics?by=moon", undefined, "by"],
  ["GET", "/api/v1/metrics?from=2026-02-30", undefined, "from"],
  ["GET", "/api/v1/metrics?from=2026-10-02&to=2026-10-01", undefined, "to"],
  ["GET", "/api/v1/metrics?from=1990-01-01&to=2026-10-01", undefined, "to"],
  ["GET", "/api/v1/metrics?tz=Mars/Base", undefined, "tz"],
  ["GET", "/api/v1/metrics?basis=guessed", undefined, "basis"],
  ["GET", "/api/v1/metrics?sip=maybe", undefined, "sip"],
  ["GET", "/api/v1/metrics?limit=-1", undefined, "limit"],
  ["GET", "/api/v1/metrics?order=-people", undefined, "order"],
  ["GET", "/api/v1/metrics?compare=dream", undefined, "compare"],
  ["GET", "/api/v1/metrics?rooms=a", undefined, "rooms"],
  ["GET", "/api/v1/calls?sort=shoe", undefined, "sort"],
  ["GET", "/api/v1/calls?limit=5000", undefined, "limit"],
  ["GET", "/api/v1/calls?cursor=zzz", undefined, "cursor"],
  ["GET", "/api/v1/calls?fields=shoe", undefined, "fields"],
  ["GET", "/api/v1/rooms?limit=0", undefined, "limit"],
  ["GET", "/api/v1/find?q=a", undefined, "q"],
  ["GET", "/api/v1/changes?measure=calls", undefined, "by"],
  ["GET", "/api/v1/changes?by=room&measure=send_video_bitrate_p50", undefined, "measure"],
  ["GET", "/api/v1/changes?by=day&measure=calls", undefined, "by"],
  ["GET", "/api/v1/contrasts?by=moon", undefined, "by"],
  ["GET", "/api/v1/contrasts?from=2026-10-02&to=2026-10-01", undefined, "to"],
  ["POST", "/api/v1/views", { name: "x", page: "https://evil.example", query: "" }, "page"],
  ["POST", "/api/v1/views", { name: "x", page: "//evil.example", query: "" }, "page"],
  ["POST", "/api/v1/views", { name: "", page: "/quality", query: "" }, "name"],
  ["GET", "/api/v1/export/calls.csv?fields=shoe", undefined, "fields"],
  ["GET", "/api/v1/export/calls.csv?decimal=x", undefined, "decimal"],
  ["GET", "/api/v1/export/metrics.csv?by=moon", undefined, "by"],
  ["GET", "/api/v1/export/metrics.xlsx?compare=moon", undefined, "compare"],
  ["GET", "/api/v1/export/workbook.xlsx?calls=maybe", undefined, "calls"],
  ["GET", "/api/v1/export/audit.csv?rule=guess", undefined, "rule"],
  ["GET", "/api/v1/audit?state=odd", undefined, "state"],
  ["GET", "/api/v1/billing/invoice?month=2026-13", undefined, "month"],
  ["GET", "/api/v1/billing/forecast?measure=luck", undefined, "measure"],
  ["POST", "/api/v1/rates", { name: "x", currency: "INR", perMinute: "0,4", validFrom: "2026-01-01" }, "perMinute"],
  ["POST", "/api/v1/rates", { name: "x", currency: "INR", perMinute: "0.4", validFrom: "2026-02-01", validTo: "2026-01-01" }, "validTo"],
  ["PUT", "/api/v1/billing/budgets", { scope: "tag", name: "", amount: "5" }, "name"],
  ["POST", "/api/v1/schedules", { name: "x", view: "y", form: "fax" }, "form"],
  ["PUT", "/api/v1/rooms/any", { label: 5, tag: null }, "label"],
  ["POST", "/api/v1/rooms/labels", { room: "x" }, "file"],
  ["GET", "/api/v1/coverage?from=2026-10-01", undefined, "to"],
  ["GET", "/api/v1/coverage?from=yesterday&to=2026-10-01", undefined, "from"],
  ["GET", "/api/v1/rejected?cursor=-1", undefined, "cursor"],
  ["GET", "/api/v1/sync?limit=many", undefined, "limit"],
  ["GET", "/api/cdr/period/2026-10-01/tomorrow", undefined, "to"],
  ["GET", "/api/cdr/period/2026-10-02/2026-10-01", undefined, "to"],
  ["GET", "/api/cdr/conf/x?acount=1", undefined, "acount"],
  ["POST", "/api/v1/sync", { from: "2026-10-01" }, "to"],
  ["POST", "/api/v1/sync", { from: "2026-10-03", to: "2026-10-01" }, "to"],
  ["POST", "/api/v1/sync", { from: "2026-10-01", to: "2026-10-01", mode: "some" }, "mode"],
  ["POST", "/api/v1/accounts", { name: "x", baseUrl: "javascript:alert(1)", appId: "a", appKey: "b" }, "baseUrl"],
  ["POST", "/api/v1/accounts", { name: "x", baseUrl: "http://10.0.0.1", appId: "a", appKey: "b" }, "baseUrl"],
  ["POST", "/api/v1/people", { name: "x", email: "not one", password: "long enough for it", role: "viewer" }, "email"],
  ["POST", "/api/v1/tokens", { name: "x", role: "emperor" }, "role"],
  ["POST", "/api/v1/tokens", { name: "x", role: "admin", limits: { rooms: ["r"] } }, "limits"],
  ["POST", "/api/v1/tokens", { name: "x", role: "viewer", limits: { rooms: [] } }, "limits"],
  ["POST", "/api/v1/invites", { name: "x", email: "not one", role: "viewer" }, "email"],
  ["POST", "/api/v1/invites", { name: "x", email: "x@example.com", role: "admin", limits: { tags: ["t"] } }, "limits"],
  ["POST", "/api/v1/invites/accept", { token: "short", password: "long enough for it" }, "token"],
  ["PUT", "/api/v1/two-step", { code: "1" }, "code"],
  ["POST", "/api/v1/alerts", { name: "x", measure: "moon", way: "above", mark: 1, tz: "UTC", recipients: ["a@example.com"] }, "measure"],
  ["POST", "/api/v1/alerts", { name: "x", measure: "calls", way: "above", mark: -1, tz: "UTC", recipients: ["a@example.com"] }, "mark"],
  ["POST", "/api/v1/alerts", { name: "x", measure: "calls", way: "above", mark: 1, tz: "UTC" }, "recipients"],
  ["POST", "/api/v1/alerts", { name: "x", measure: "calls", way: "above", mark: 1, tz: "UTC", webhookUrl: "http://10.0.0.1/x" }, "webhookUrl"],
  ["POST", "/api/v1/alerts/preview", { name: "x", measure: "calls", way: "above", mark: 1, tz: "UTC", recipients: ["a@example.com"], days: 500 }, "days"],
  ["GET", "/api/v1/export/person.json", undefined, "person"],
  ["POST", "/api/v1/persons/erase", { person: "" }, "person"],
  ["POST", "/api/v1/accounts", { name: "x", baseUrl: "https://api.example.com", appId: "a", appKey: "b", retentionDays: 0 }, "retentionDays"],
  ["PUT", "/api/v1/settings", { timeZone: "Mars/Base", currency: "INR", locale: "en-IN" }, "timeZone"],
  ["PUT", "/api/v1/settings", { timeZone: "UTC", currency: "XYZ1", locale: "en-IN" }, "currency"],
  // Names that every object has.
  ["GET", "/api/v1/metrics?constructor=1", undefined, "constructor"],
  ["GET", "/api/v1/calls?sort=constructor", undefined, "sort"],
  ["POST", "/api/v1/sync", { constructor: 1, from: "2026-10-01", to: "2026-10-01" }, "constructor"],
  // Characters that cannot be stored, or that hide what a name is.
  ["GET", "/api/v1/metrics?room=a%00b", undefined, "room"],
  ["GET", "/api/v1/find?q=a%00b", undefined, "q"],
  ["GET", "/api/v1/journal?actor=%00", undefined, "actor"],
  ["PUT", "/api/v1/rooms/any", { label: "a\u0000b", tag: null }, "label"],
  ["POST", "/api/v1/people", { name: "a\u0000b", email: "nul@example.com", password: "long enough for it", role: "viewer" }, "name"],
  ["POST", "/api/v1/people", { name: "x", email: "nul@example.com", password: "long enough\u0000for it", role: "viewer" }, "password"],
  ["POST", "/api/v1/tokens", { name: "a\u001bb", role: "viewer" }, "name"],
  ["POST", "/api/v1/accounts", { name: "x", baseUrl: "https://api.example.com", appId: "a\u0000", appKey: "b" }, "appId"],
  ["POST", "/api/v1/shares", { title: "x", page: "overview", query: "", embedIn: ["https://x;script-src"] }, "embedIn"],
  ["POST", "/api/v1/shares", { title: "x", page: "overview", query: "", embedIn: ["https://*"] }, "embedIn"],
  ["POST", "/api/v1/rates", { name: "x", currency: "INR", perMinute: "1000000", validFrom: "2026-01-01" }, "perMinute"],
  // An id that would walk the CDR API's path.
  ["GET", "/api/cdr/conf/%2e%2e%20", undefined, "conf"],
];

for (const [method, path, data, field] of badInput) {
  test(`bad input names the field: ${method} ${path} ${data ? JSON.stringify(data) : ""}`, async ({ request }) => {
    const response = await ask(request, path, { method, data });
    expect(response.status()).toBe(400);
    expect(Object.keys((await response.json()).errors)).toContain(field);
  });
}

test("a body that is no JSON, and a file that is no CDR file", async ({ request }) => {
  const sync = await request.fetch("/api/v1/sync", {
    method: "POST",
    data: Buffer.from("{"),
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
  });
  expect(await sync.json()).toMatchObject({ status: 400, errors: { body: ["is not JSON"] } });
  const file = await request.fetch("/api/v1/import", { method: "POST", data: Buffer.from("<html>"), headers: { authorization: `Bearer ${adminToken}` } });
  expect(await file.json()).toMatchObject({ status: 400, errors: { file: [expect.stringContaining("HTML")] } });
});

/** Sends a body in parts, without saying how long it will be. */
const sendInParts = (baseURL: string, path: string, type: string, parts: number, token?: string) =>
  new Promise<number>((resolve, reject) => {
    const headers = { "content-type": type, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const sent = httpRequest(`${baseURL}${path}`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    for (let part = 0; part < parts; part++) sent.write("a".repeat(16 * 1024));
    sent.end();
  });

test("a body that is too large is refused, whether its size is told before or not", async ({ request, baseURL }) => {
  const at = baseURL as string;
  // A server that does not read on may close the connection before its answer is read.
  const refused = (send: () => Promise<number>) => expect.poll(() => send().catch(() => 0)).toBe(413);
  const large = "a".repeat(2 * 1024 * 1024);
  await refused(() => sendInParts(at, "/api/v1/setup", "application/json", 6));
  await refused(() => sendInParts(at, "/api/v1/invites/accept", "application/json", 6));
  await refused(() => sendInParts(at, "/api/auth/callback/credentials", "application/x-www-form-urlencoded", 6));
  await refused(() => sendInParts(at, "/api/v1/sync", "application/json", 80, adminToken));
  await refused(async () => (await ask(request, "/api/v1/setup", { method: "POST", token: null, data: { name: large } })).status());
  await refused(async () => (await ask(request, "/api/v1/sync", { method: "POST", data: { from: large } })).status());
  const deep = `{"from":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  const answer = await ask(request, "/api/v1/sync", { method: "POST", data: deep, headers: { "content-type": "application/json" } });
  expect(await answer.json()).toMatchObject({ status: 400, errors: { body: [expect.stringContaining("levels deep")] } });
});

test("the address of a caller is that of its socket, whatever it says of itself", async ({ request }) => {
  const changed = await ask(request, "/api/v1/rooms/forged", {
    method: "PUT",
    data: { label: null, tag: null },
    headers: { "x-forwarded-for": "10.9.9.9", "x-meetledger-socket": "10.8.8.8" },
  });
  expect(changed.status()).toBe(404);
  const { rows } = await (await ask(request, "/api/v1/journal?action=rooms/forged&limit=1")).json();
  expect(rows[0]).toMatchObject({ action: expect.stringContaining("/api/v1/rooms/forged"), address: "127.0.0.1" });
});

for (const path of ["/api/v1/calls/none", "/api/v1/conferences/none", "/api/v1/sync/none", "/api/v1/metrics?account=none", "/api/cdr/room/x?account=none"]) {
  test(`unknown is 404: ${path}`, async ({ request }) => {
    expect((await ask(request, path)).status()).toBe(404);
  });
}

test("a change by cookie from another site is refused", async ({ browser }) => {
  const context = await browser.newContext({ storageState: signedInFile });
  const refused = await context.request.post("/api/v1/sync", {
    data: { from: "2026-10-01", to: "2026-10-01" },
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  });
  expect(refused.status()).toBe(403);
  await context.close();
});

test("the four proxy routes answer as upstream does, with the stored credentials", async ({ request }) => {
  const direct = await request.get(`http://127.0.0.1:${apiPort}/cdr/period/2026-10-06/2026-10-06`, {
    headers: { authorization: `Basic ${Buffer.from(`${sample.appId}:${sample.appKey}`).toString("base64")}` },
  });
  const upstream = await direct.json();
  const period = await (await ask(request, "/api/cdr/period/2026-10-06/2026-10-06?account=Sample")).json();
  expect(period).toEqual(upstream);
  const { conf_num: conference, room } = upstream.cdr[0];
  const conf = await (await ask(request, `/api/cdr/conf/${conference}`)).json();
  expect(conf.cdr.length).toBeGreaterThan(0);
  expect(new Set(conf.cdr.map((record: { conf_num: string }) => record.conf_num))).toEqual(new Set([conference]));
  const roomPeriod = await (await ask(request, `/api/cdr/room-period/${room.room_id}/2026-10-06/2026-10-06`)).json();
  const roomAll = await (await ask(request, `/api/cdr/room/${room.room_id}`)).json();
  expect(roomAll.cdr.length).toBeGreaterThan(roomPeriod.cdr.length);
});

test("upstream's failures come through the proxy as problems with its own code and request id", async ({ request }) => {
  const fail = (kind: string) => request.post(`http://127.0.0.1:${apiPort}/_order`, { data: { kind } });
  await fail("403");
  const suspended = await ask(request, "/api/cdr/conf/x");
  expect(suspended.status()).toBe(502);
  expect(await suspended.json()).toMatchObject({ upstream: { status: 403, code: "PROJECT_SUSPENDED", request_id: "req-5f1e" } });
  await fail("html");
  expect(await (await ask(request, "/api/cdr/conf/x")).json()).toMatchObject({ status: 502, detail: expect.stringContaining("HTML in place of JSON") });
  await request.post(`http://127.0.0.1:${apiPort}/_order`, { data: "null", headers: { "content-type": "application/json" } });
});

test("the proxy limits each caller's rate, and says when to come back", async ({ request }) => {
  // A day without records: what is measured is the limit, not the sample API.
  const quick = "/api/cdr/period/2020-01-01/2020-01-01";
  const flood = async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, () => ask(request, quick, { token: tokens.viewer as string })));
    return answers.find((answer) => answer.status() === 429);
  };
  // The limit refills while a slow machine answers, so one flood may not reach it.
  let limited = await flood();
  while (!limited) limited = await flood();
  expect(Number(limited.headers()["retry-after"])).toBeGreaterThan(0);
  expect((await ask(request, quick, { token: tokens.analyst as string })).status()).toBe(200);
});

test("calls page by page are each call once, in order, whatever they are sorted by", async ({ request }) => {
  const view = "from=2026-10-06&to=2026-10-06";
  const expected = (await totals(request, `measures=calls&${view}`)).calls;
  for (const sort of ["-logged", "billed_minutes", "-person", "room_name"]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const answer = await (await ask(request, `/api/v1/calls?${view}&sort=${sort}&limit=130${cursor ? `&cursor=${cursor}` : ""}`)).json();
      seen.push(...answer.rows.map((row: { call_id: string }) => row.call_id));
      cursor = answer.nextCursor;
    } while (cursor);
    expect(seen.length, sort).toBe(expected);
    expect(new Set(seen).size, sort).toBe(expected);
  }
});

test("one call comes with its raw record, one conference with its calls, rooms by name", async ({ request }) => {
  const [row] = (await (await ask(request, "/api/v1/calls?from=2026-10-06&to=2026-10-06&limit=1")).json()).rows;
  const { call, raw } = await (await ask(request, `/api/v1/calls/${row.call_id}`)).json();
  expect(call).toEqual(row);
  expect(raw.trans_date).toBe(row.trans_date);
  const conference = await (await ask(request, `/api/v1/conferences/${row.conf_num}`)).json();
  expect(conference.rows.map((one: { call_id: string }) => one.call_id)).toContain(row.call_id);
  const rooms = await (await ask(request, "/api/v1/rooms?q=BOARD")).json();
  expect(rooms.rows[0]).toMatchObject({ name: "Board review" });
});

test("operators' routes answer", async ({ request }) => {
  expect(await (await ask(request, "/api/health", { token: null })).json()).toEqual({ status: "live" });
  expect(await (await ask(request, "/api/ready", { token: null })).json()).toMatchObject({ status: "ready" });
  expect(await (await ask(request, "/api/metrics/prometheus")).text()).toMatch(/^meetledger_calls \d+$/m);
});

test("a page's scripts carry its own nonce, and nothing else in it may run", async ({ request }) => {
  const nonceOf = (policy: string | undefined) => /script-src 'self' 'nonce-([^']+)';/.exec(policy ?? "")?.[1];
  const seen = new Set<string>();
  for (let turn = 0; turn < 2; turn++) {
    const page = await request.get("/login");
    const nonce = nonceOf(page.headers()["content-security-policy"]);
    expect(nonce).toBeTruthy();
    seen.add(nonce as string);
    const html = await page.text();
    const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(inline.length).toBeGreaterThan(1);
    for (const attributes of inline) expect(attributes).toContain(`nonce="${nonce}"`);
  }
  expect(seen.size).toBe(2);
  expect((await request.get("/api/health")).headers()["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
});

test("by TLS, browsers are told to come by nothing else", async ({ request }) => {
  for (const path of ["/login", "/api/health", "/s/none"]) {
    expect((await request.get(path, { headers: { "x-forwarded-proto": "https" } })).headers()["strict-transport-security"]).toBe("max-age=31536000");
    expect((await request.get(path)).headers()["strict-transport-security"]).toBeUndefined();
  }
});
