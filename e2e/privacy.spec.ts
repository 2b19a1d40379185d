import { expect, test } from "@playwright/test";
import { ask, totals } from "./api";
import { open } from "./page";
import { apiPort, sample, signedInFile } from "./settings";

test.use({ storageState: signedInFile });

const october = "from=2026-10-01&to=2026-10-31";

test("an admin hands over and erases what is stored of a person; every figure stays", async ({ page, request }) => {
  const { rows, meta } = await (await ask(request, `/api/v1/metrics?measures=calls&by=person&order=calls&having_calls=3&limit=1&${october}`)).json();
  const { person, calls } = rows[0] as { person: string; calls: number };
  const before = await totals(request, `measures=billed_minutes,calls,people,bad_share&${october}`);
  await open(page, `/people/${encodeURIComponent(person)}?${october}`);
  await page.getByRole("button", { name: "Personal data…" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export", exact: true }).click();
  const text = await (await (await download).createReadStream()).toArray();
  const data = JSON.parse(Buffer.concat(text).toString("utf8")) as { calls: { record: object }[] };
  expect(data.calls.length).toBeGreaterThanOrEqual(calls);
  const erase = page.getByRole("button", { name: "Erase this person" });
  await expect(erase).toBeDisabled();
  await page.getByLabel(`Type ${person} to erase`).fill(person);
  await erase.click();
  await expect(page.getByText(`Erased from ${data.calls.length} calls`)).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page).toHaveURL(/\/people\/person-[0-9a-f]{16}/);
  expect(await totals(request, `measures=billed_minutes,calls,people,bad_share&${october}`)).toEqual(before);
  const again = await (await ask(request, `/api/v1/export/person.json?person=${encodeURIComponent(person)}`)).text();
  expect(again.split(JSON.stringify(person)).length - 1).toBe(1);
  // Where there is no ref, the name is what the person is known by.
  if (meta.names[person] && meta.names[person] !== person) expect(again).not.toContain(meta.names[person]);
  const { rows: journal } = await (await ask(request, "/api/v1/journal?action=erase")).json();
  expect(journal[0]).toMatchObject({ action: "POST /api/v1/persons/erase", outcome: "ok" });
});

test("the CDR service says that a conference is ready, and it is fetched; nobody else can", async ({ page, request }) => {
  await open(page, "/accounts");
  await page.getByRole("button", { name: "Notices of Sample" }).click();
  await page.getByRole("button", { name: "Take notices" }).click();
  const secret = (await page.getByTestId("notice-secret").textContent()) ?? "";
  const [account] = ((await (await ask(request, "/api/v1/accounts")).json()).rows as { id: string; name: string }[]).filter(({ name }) => name === "Sample");
  const path = `/api/v1/notify/${account?.id}`;
  const as = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` });
  for (const [to, headers] of [
    [path, {}],
    [path, as(account?.id ?? "", "wrong")],
    ["/api/v1/notify/no-such-account", as("no-such-account", secret)],
  ] as const) {
    const refused = await request.post(to, { data: { conf_num: "x" }, headers });
    expect(refused.status()).toBe(401);
    expect((await refused.json()).detail).toBe("Send the account's id and its secret for notices by HTTP Basic.");
  }
  // A day that is not loaded.
  const upstream = await request.get(`http://127.0.0.1:${apiPort}/cdr/period/2026-09-02/2026-09-02`, { headers: as(sample.appId, sample.appKey) });
  const conf = ((await upstream.json()) as { cdr: { conf_num: string }[] }).cdr[0]?.conf_num as string;
  const told = await request.post(path, { data: { conf_num: conf, event: "cdr.ready" }, headers: as(account?.id ?? "", secret) });
  expect(told.status()).toBe(202);
  const bad = await request.post(path, { data: { conf_num: "two words" }, headers: as(account?.id ?? "", secret) });
  expect(Object.keys((await bad.json()).errors)).toEqual(["conf_num"]);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: new RegExp(conf) })).toContainText("fetched");
  expect((await totals(request, `measures=calls&from=2026-09-01&to=2026-09-05&conference=${conf}`)).calls).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Take no more" }).click();
  await expect(page.getByRole("button", { name: "Take notices" })).toBeVisible();
  expect((await request.post(path, { data: { conf_num: conf }, headers: as(account?.id ?? "", secret) })).status()).toBe(401);
});
