import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FaultKind, faultKinds } from "@/e2e/cdr-api/faults";
import { defaultFeed } from "@/e2e/cdr-api/records";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { isPrivateAddress } from "./address";
import { CdrClient, clientLimits } from "./client";
import { CdrFault } from "./fault";
import { retrying } from "./retry";

let api: CdrApi;
const key = "the-secret-key";
/** Short only for the silence that is ordered: elsewhere a slow machine's good answer would be taken for one. */
const limitsOf: { [kind in FaultKind]?: Partial<typeof clientLimits> } = {
  silent: { headersMs: 400 },
  stall: { idleMs: 400 },
  trickle: { least: { bytes: 100_000_000, ms: 400 } },
};
const fast = { tries: 4, withinMs: 600_000, pauseMs: 5 };

beforeAll(async () => {
  api = await startCdrApi({
    ...defaultFeed,
    port: 0,
    appId: "app",
    appKey: key,
    firstDay: "2026-10-01",
    lastDay: "2026-10-05",
    callsPerDay: 60,
    toInclusive: true,
  });
});
afterAll(() => api.close());
afterEach(() => api.order(null));

const clientOf = (more: object = {}, limits: Partial<typeof clientLimits> = {}) =>
  new CdrClient({ account: "Main", baseUrl: api.url, appId: "app", appKey: key, trustedHost: true, ...more }, { ...clientLimits, ...limits });
const question = { kind: "period", from: "2026-10-01", to: "2026-10-02" } as const;

async function all(client: CdrClient, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for await (const batch of await client.open(question, signal)) count += batch.length;
  return count;
}

/** What each failure is told as, and whether it may pass. */
const expected: Record<FaultKind, [kind: string, mayPass: boolean, message: RegExp]> = {
  "401": ["unauthorised", false, /account "Main" \(401\): Invalid credentials \(UNAUTHORIZED\)/],
  "401-old": ["unauthorised", false, /Authentication failed \(4001\)/],
  "403": ["forbidden", false, /PROJECT_SUSPENDED/],
  "429": ["rate_limited", true, /RATE_LIMITED/],
  "500": ["unavailable", true, /failing \(500\)/],
  "503": ["unavailable", true, /Service unavailable \(5003\)/],
  reset: ["unreachable", true, /broke/],
  "reset-midway": ["unreachable", true, /broke/],
  silent: ["timeout", true, /did not begin to answer/],
  stall: ["timeout", true, /stopped sending/],
  trickle: ["timeout", true, /sends too slowly: \d+ bytes in \d+ seconds/],
  cut: ["not_cdr", true, /cut off/],
  "broken-json": ["not_cdr", true, /broken JSON/],
  "broken-record": ["", true, /./],
  html: ["not_cdr", true, /HTML/],
  empty: ["not_cdr", true, /empty/],
  "not-a-list": ["not_cdr", false, /not a list/],
  "result-error": ["refused", false, /Date range not allowed \(4102\)/],
  redirect: ["redirect", false, /redirect to 127\.0\.0\.2/],
  "redirect-home": ["", true, /./],
};

describe("each failure of the contract", () => {
  // A broken record is found when it is checked, a redirect within the host is followed: neither fails here.
  test.each(faultKinds.filter((kind) => expected[kind][0] !== ""))("%s is told as what it is, without the key", async (kind) => {
    api.order({ kind });
    const client = clientOf({}, limitsOf[kind]);
    const fault = await all(client).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CdrFault);
    const [told, mayPass, message] = expected[kind];
    expect(fault).toMatchObject({ kind: told, mayPass });
    expect((fault as CdrFault).message).toMatch(message);
    expect(JSON.stringify({ ...(fault as object), message: (fault as Error).message, stack: (fault as Error).stack })).not.toContain(key);
    await client.close();
  });

  test("an answer that comes slowly, but fast enough, is waited for; one without end is not", async () => {
    api.order({ kind: "trickle" });
    const patient = clientOf({}, { least: { bytes: 1, ms: 50 } });
    const hasty = clientOf({}, { least: { bytes: 1, ms: 50 }, longestMs: 500 });
    await expect(all(hasty)).rejects.toMatchObject({ kind: "timeout", message: expect.stringContaining("still sending") });
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), 1_000);
    await expect(all(patient, waiting.signal)).rejects.toMatchObject({ kind: "cancelled" });
    api.order(null);
    await Promise.all([patient.close(), hasty.close()]);
  });

  test("a failure that passes is survived by trying again; one that does not is not repeated", async () => {
    const client = clientOf();
    const whole = await all(client);
    for (const kind of ["500", "cut", "html", "reset", "429"] as const) {
      api.order({ kind, times: 2 });
      expect(await retrying(() => all(client), undefined, fast), kind).toBe(whole);
    }
    for (const kind of ["401", "403", "result-error", "redirect"] as const) {
      api.order({ kind });
      const before = api.asked.length;
      await expect(retrying(() => all(client), undefined, fast)).rejects.toThrow();
      expect(api.asked.length - before, kind).toBe(1);
    }
    api.order({ kind: "500" });
    const before = api.asked.length;
    await expect(retrying(() => all(client), undefined, fast)).rejects.toThrow(/500/);
    expect(api.asked.length - before).toBe(4);
    await client.close();
  });

  test("Retry-After is honoured, and one beyond the limit ends the tries", async () => {
    const client = clientOf();
    api.order({ kind: "429", times: 1, retryAfter: 1 });
    // A timer that starts before the pause and is as long ends before it, however slow the machine is.
    const order: string[] = [];
    const second = sleep(1_000).then(() => order.push("a second has passed"));
    await retrying(() => all(client), undefined, fast);
    order.push("answered");
    await second;
    expect(order).toEqual(["a second has passed", "answered"]);
    api.order({ kind: "429", retryAfter: 3_600 });
    await expect(retrying(() => all(client), undefined, fast)).rejects.toMatchObject({ kind: "rate_limited" });
    await client.close();
  });

  test("a redirect within the host is followed", async () => {
    const client = clientOf();
    api.order({ kind: "redirect-home", times: 1 });
    expect(await all(client)).toBeGreaterThan(0);
    await client.close();
  });
});

describe("limits", () => {
  test("no more than the allowed requests are under way at once; the place is given back when the reader stops", async () => {
    const client = clientOf();
    const readers = await Promise.all([client.open(question), client.open(question)]);
    let third = false;
    const waiting = client.open(question).then((batches) => {
      third = true;
      return batches;
    });
    await sleep(100);
    expect(third).toBe(false);
    await readers[0].return();
    await (await waiting).return();
    expect(third).toBe(true);
    await readers[1].return();
    await client.close();
  });

  test("an answer beyond the size cap is refused while it comes", async () => {
    const client = clientOf({}, { mostBytes: 10_000 });
    await expect(all(client)).rejects.toMatchObject({ kind: "too_large" });
    await client.close();
  });

  test("a cancelled request ends as cancelled", async () => {
    const client = clientOf();
    api.order({ kind: "stall" });
    const abort = new AbortController();
    const asked = client.open(question, abort.signal).then(async (batches) => {
      for await (const _ of batches);
    });
    setTimeout(() => abort.abort(), 50);
    await expect(asked).rejects.toMatchObject({ kind: "cancelled" });
    await client.close();
  });

  test.each(["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "http://[::ffff:10.0.0.1]:1", "http://169.254.169.254"])(
    "%s is not asked unless the host is trusted",
    async (baseUrl) => {
      const client = clientOf({ baseUrl, trustedHost: false });
      await expect(all(client)).rejects.toMatchObject({ kind: "refused_address" });
      await client.close();
    },
  );
});

test.each([".", "..", ".. ", "\t."])("an id that would walk the path is asked of nobody: %j", async (id) => {
  const before = api.asked.length;
  await expect(clientOf().open({ kind: "conf", conf: id })).rejects.toMatchObject({ code: "bad_input", errors: { conf: expect.anything() } });
  await expect(clientOf().open({ kind: "room", room: id })).rejects.toMatchObject({ code: "bad_input", errors: { room: expect.anything() } });
  expect(api.asked.length).toBe(before);
});

test.each([
  ["127.0.0.1", true],
  ["10.1.2.3", true],
  ["169.254.169.254", true],
  ["100.64.0.1", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["::127.0.0.1", true],
  ["::203.0.113.7", true],
  ["64:ff9b::7f00:1", true],
  ["2002:7f00:1::", true],
  ["fd00::1", true],
  ["fec0::1", true],
  ["fe80::1", true],
  ["93.184.216.34", false],
  ["2606:2800:220:1::1", false],
])("an address that is not of the public internet is told apart: %s", (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});
