import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POST } from "@/app/api/v1/notify/[account]/route";
import { defaultFeed } from "@/e2e/cdr-api/records";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { useDataDir } from "@/e2e/test-store";
import { addAccount, endNotices, newNoticeSecret, noticeFits } from "../accounts";
import { forget } from "../once";
import { notices, state } from "../state";
import { warehouse } from "../warehouse";
import { fetchNotices, listNotices, receiveNotice } from "./notices";

let store: ReturnType<typeof useDataDir>;
let api: CdrApi;
let account = "";
let conf = "";

beforeAll(async () => {
  api = await startCdrApi({
    ...defaultFeed,
    callsPerDay: 60,
    dirt: 0,
    appId: "a",
    appKey: "k",
    port: 0,
    firstDay: "2026-10-01",
    lastDay: "2026-10-03",
    toInclusive: true,
  });
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1" });
  account = (await addAccount({ name: "Main", baseUrl: api.url, appId: "a", appKey: "k" })).id;
  const answer = await fetch(`${api.url}/cdr/period/2026-10-01/2026-10-01`, { headers: { authorization: `Basic ${btoa("a:k")}` } });
  conf = ((await answer.json()) as { cdr: { conf_num: string }[] }).cdr[0]?.conf_num as string;
});
afterAll(async () => {
  await api.close();
  await store.close();
});

const calls = async () => (await (await warehouse()).query<{ n: number }>({ sql: "SELECT count(*) AS n FROM calls", values: [] }))[0]?.n;
const idle = async () => {
  while (((await (await state()).select().from(notices).where(eq(notices.state, "waiting"))).length ?? 0) > 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
};

test("a conference that is ready is fetched; saying it again, at once or many times, fetches it no more", async () => {
  await Promise.all(Array.from({ length: 20 }, () => receiveNotice(account, conf)));
  await idle();
  for (let again = 0; again < 20; again++) await receiveNotice(account, conf);
  expect(api.asked.filter((path) => path.includes("/conf/"))).toHaveLength(1);
  const [notice] = await listNotices(account, 10);
  expect(notice).toMatchObject({ conf, state: "done", error: null });
  expect(notice?.calls).toBe(await calls());
});

test("notices are taken in every form in which the service sends them; those about files fetch nothing", async () => {
  const secret = await newNoticeSecret(account);
  const send = async (body: object, type = "application/json") => {
    const request = new Request(`http://localhost/api/v1/notify/${account}`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${account}:${secret}`)}`, "content-type": type },
      body: JSON.stringify(body),
    });
    const answer = await POST(request, { params: Promise.resolve({ account }) });
    return [answer.status, (await answer.json()).queued];
  };
  const asked = () => api.asked.filter((path) => path.includes("/conf/form-")).length;
  const fields = { app_id: "a", room_id: "r" };
  for (const type of ["recording", "recording", "transcoded", "file-transfer"]) {
    expect(await send({ type, trans_date: 1_761_900_000, conf_num: "form-1", ...fields })).toEqual([202, false]);
  }
  await idle();
  expect(asked()).toBe(0);
  expect(await send({ type: "roomdrop", trans_date: 1_761_900_000, conf_num: "form-1", ...fields }, "text/plain")).toEqual([202, true]);
  await idle();
  expect(await send({ type: "roomdrop", trans_date: "1761900000", conf_num: "form-1", ...fields })).toEqual([202, true]);
  expect(await send({ type: 7, conf_num: "form-2" }, "text/plain; charset=utf-8")).toEqual([202, true]);
  expect(await send({ conf_num: "form-3" })).toEqual([202, true]);
  await idle();
  expect(asked()).toBe(3);
});

test("a conference of somebody else, or of nobody, adds nothing", async () => {
  const before = await calls();
  await receiveNotice(account, "no-such-conference");
  await idle();
  expect((await listNotices(account, 1))[0]).toMatchObject({ state: "done", calls: 0 });
  expect(await calls()).toBe(before);
});

test("a flood is cut off, and is no flood of requests", async () => {
  const db = await state();
  const now = Date.now();
  const rows = Array.from({ length: 1_000 }, (_, index) => ({
    id: `w${index}`,
    account,
    conf: `w${index}`,
    state: "waiting" as const,
    retryAt: now + 3_600_000,
    receivedAt: now,
  }));
  await db.insert(notices).values(rows);
  await expect(receiveNotice(account, "one-too-many")).rejects.toMatchObject({ code: "throttled", retryAfterSeconds: 60 });
  await db.delete(notices);
});

test("what fails is tried again, later and later; a restart forgets nothing", async () => {
  const db = await state();
  const now = Date.now();
  await db.insert(notices).values({ id: "n", account: "gone", conf, state: "waiting", retryAt: now, receivedAt: now });
  let at = now;
  for (let tries = 1; tries <= 5; tries++) {
    forget("notices");
    await fetchNotices(at);
    at += 60_000 * 2 ** (tries - 1) - 1;
    await fetchNotices(at);
    at += 1;
    expect((await db.select().from(notices))[0]?.attempts).toBe(tries);
  }
  expect((await listNotices("gone", 1))[0]).toMatchObject({ state: "failed", error: "The account is gone." });
});

test("the secret is an account's own, ends with the next one, and is nobody's where there is none", async () => {
  expect(await noticeFits(account, "")).toBe(false);
  expect(await noticeFits("no-such-account", "no such account")).toBe(false);
  const first = await newNoticeSecret(account);
  expect(await noticeFits(account, first)).toBe(true);
  const second = await newNoticeSecret(account);
  expect([await noticeFits(account, first), await noticeFits(account, second)]).toEqual([false, true]);
  await endNotices(account);
  expect(await noticeFits(account, second)).toBe(false);
});
