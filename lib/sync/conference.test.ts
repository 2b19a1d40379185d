import { afterAll, beforeAll, expect, test } from "vitest";
import { type CdrApi, startCdrApi } from "@/e2e/cdr-api/server";
import { useDataDir } from "@/e2e/test-store";
import { addAccount } from "../accounts";
import { coverageByDay, findConference } from "../metrics";
import { everything } from "../scope";
import { fetchConference } from "./conference";

let store: ReturnType<typeof useDataDir>;
let api: CdrApi;
let account: string;
let conf: string;
const signal = () => AbortSignal.timeout(1_800_000);

beforeAll(async () => {
  store = useDataDir({ CDR_ALLOWED_HOSTS: "127.0.0.1", CREDENTIALS_KEY: "a credentials key for tests" });
  api = await startCdrApi({
    port: 0,
    appId: "app",
    appKey: "key",
    firstDay: "2026-10-05",
    lastDay: "2026-10-09",
    callsPerDay: 200,
    seed: "conference",
    dirt: 0,
    older: 0,
    badWeek: null,
    toInclusive: true,
  });
  account = (await addAccount({ name: "Sample", baseUrl: api.url, appId: "app", appKey: "key" })).id;
  const answer = await fetch(`${api.url}/cdr/period/2026-10-07/2026-10-07`, {
    headers: { authorization: `Basic ${Buffer.from("app:key").toString("base64")}` },
  });
  const { cdr } = (await answer.json()) as { cdr: { conf_num: string }[] };
  conf = cdr[0]?.conf_num as string;
});
afterAll(async () => {
  await api.close();
  await store.close();
});

test("a conference that is not loaded is fetched whole and kept; its day stays open", async () => {
  await expect(findConference(conf, everything)).rejects.toMatchObject({ code: "not_found" });
  const fetched = await fetchConference(conf, signal());
  const { rows, missingDays } = await findConference(conf, everything);
  expect(rows.length).toBe(fetched);
  expect(rows.every(({ conf_num }) => conf_num === conf)).toBe(true);
  expect(missingDays.length).toBeGreaterThan(0);
  expect((await coverageByDay([account], "2026-10-07", "2026-10-07"))[0]?.state).toBe("missing");
  expect(await fetchConference(conf, signal())).toBe(fetched);
  expect((await findConference(conf, everything)).rows.length).toBe(fetched);
});

test("one that nobody knows brings nothing; an API that refuses is told", async () => {
  expect(await fetchConference("no-such-conference", signal())).toBe(0);
  api.order({ kind: "401" });
  await expect(fetchConference(conf, signal())).rejects.toMatchObject({ kind: "unauthorised" });
  api.order(null);
});
