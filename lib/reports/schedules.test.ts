import { eq } from "drizzle-orm";
import readWorkbook from "read-excel-file/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MailServer, startMailServer } from "@/e2e/mail-server";
import { useDataDir } from "@/e2e/test-store";
import { listPeople, type Principal, setUp } from "../auth";
import { metricsOf, metricsQuery, runMetrics } from "../metrics";
import { everything } from "../scope";
import { addView } from "../sharing";
import { closeInterrupted, scheduleRuns, schedules, state } from "../state";
import { warehouse } from "../warehouse";
import { addSchedule, listSchedules, type ScheduleInput } from "./schedules";
import { sendDue, testSchedule } from "./send";
import { nextDue } from "./when";

let store: ReturnType<typeof useDataDir>;
let server: MailServer;
let view = "";
let asha: Pick<Principal, "id" | "maker" | "name" | "role" | "scope">;

beforeAll(async () => {
  server = await startMailServer();
  store = useDataDir({ SMTP_URL: `${server.url}?from=reports@example.com` });
  await setUp({ email: "asha@example.com", name: "Asha", password: "correct horse battery" });
  const [person] = await listPeople();
  const id = person?.id as string;
  asha = { id, maker: id, name: "Asha", role: "admin", scope: everything };
  view = (await addView({ name: "Moderators", page: "/usage", query: "role=moderator&from=2020-01-01&to=2020-01-02&split=room", team: false }, asha)).id;
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield ["moderator", "moderator", "participant"].map((role, index) =>
        Buffer.from(
          JSON.stringify({
            cdr_id: String(index),
            trans_date: "2026-10-14T10:00:00.000Z",
            user: { role, name: "<b>=1</b>" },
            room: { room_id: `<img src=x>` },
            usage: { connect_minutes_cal: 10 + index },
          }),
        ),
      );
    })(),
  );
});
afterAll(async () => {
  await server.close();
  await store.close();
});
beforeEach(async () => {
  server.clear();
  server.refuse = () => null;
  const db = await state();
  await db.delete(schedules);
  await db.delete(scheduleRuns);
});

const input = (more: Partial<ScheduleInput> = {}): ScheduleInput => ({
  name: "October, moderators",
  view,
  form: "workbook",
  every: "day",
  hour: 6,
  tz: "Asia/Kolkata",
  period: "last-month",
  recipients: ["finance@example.com", "boss@example.com"],
  active: true,
  ...more,
});
const november = Date.parse("2026-11-03T00:30:00Z");

/** Puts a schedule's next sending at an instant. */
async function due(id: string, at: number): Promise<void> {
  const db = await state();
  await db.update(schedules).set({ nextAt: at }).where(eq(schedules.id, id));
}

describe("scheduled reports", () => {
  test("the view goes out over its period as a workbook whose sums are the API's, once to everyone", async () => {
    const { id } = await addSchedule(input(), asha);
    await due(id, november);
    await sendDue(november + 1000);
    await sendDue(november + 2000);
    expect(server.mails.length).toBe(1);
    const [mail] = server.mails;
    expect(mail?.subject).toBe("October, moderators, 2026-10-01 to 2026-10-31");
    expect(mail?.from?.text).toContain("reports@example.com");
    expect([mail?.to].flat().flatMap((to) => to?.value.map(({ address }) => address))).toEqual(["finance@example.com", "boss@example.com"]);
    expect(mail?.text).toContain("NOT COMPLETE");
    const attached = mail?.attachments[0];
    expect(attached?.filename).toBe("meetledger-workbook-2026-10-01-to-2026-10-31-incomplete.xlsx");
    const sheets = new Map((await readWorkbook(attached?.content as Buffer)).map(({ sheet, data }) => [sheet, data]));
    const { totals } = await runMetrics(
      metricsOf(metricsQuery.parse({ measures: "billed_minutes", from: "2026-10-01", to: "2026-10-31", tz: "Asia/Kolkata", role: "moderator" }), {
        tz: "UTC",
        now: november,
        scope: everything,
      }),
    );
    expect(sheets.get("Summary")?.find(([name]) => name === "Billed minutes")?.[1]).toBe(totals.billed_minutes);
    expect(totals.billed_minutes).toBe(21);
    const [listed] = await listSchedules();
    expect(listed?.runs).toMatchObject([{ state: "sent", attempts: 1, error: null }]);
    expect(Date.parse(listed?.nextAt as string)).toBeGreaterThan(november);
  });

  test("as HTML everything from the outside is escaped and charts are pictures in the page", async () => {
    const { id } = await addSchedule(input({ form: "html" }), asha);
    await testSchedule(id, "test@example.com");
    const html = server.mails[0]?.attachments[0]?.content.toString("utf8") ?? "";
    expect(html).toContain("data:image/svg+xml;base64,");
    expect(html).not.toContain("<img src=x>");
    expect((await listSchedules())[0]?.runs).toEqual([]);
  });

  test("a refused mail is tried again, later and later, and the reason is shown; then it goes out once", async () => {
    const { id } = await addSchedule(input({ form: "calls" }), asha);
    await due(id, november);
    server.refuse = () => "Mailbox busy";
    await sendDue(november);
    expect((await listSchedules())[0]?.runs[0]).toMatchObject({ state: "waiting", attempts: 1, error: expect.stringContaining("Mailbox busy") });
    await sendDue(november + 30_000);
    expect((await listSchedules())[0]?.runs[0]?.attempts).toBe(1);
    server.refuse = () => null;
    await sendDue(november + 61_000);
    await sendDue(november + 600_000);
    expect(server.mails.length).toBe(1);
    expect((await listSchedules())[0]?.runs[0]).toMatchObject({ state: "sent", attempts: 2 });
  });

  test("after five tries it has failed", async () => {
    const { id } = await addSchedule(input({ form: "html" }), asha);
    await due(id, november);
    server.refuse = () => "No such user";
    for (let minutes = 0; minutes < 40; minutes++) await sendDue(november + minutes * 60_000);
    expect((await listSchedules())[0]?.runs[0]).toMatchObject({ state: "failed", attempts: 5 });
  });

  test("what a stop cut off while sending is not sent twice", async () => {
    const { id } = await addSchedule(input(), asha);
    await due(id, november);
    const db = await state();
    await db.insert(scheduleRuns).values({ schedule: id, dueAt: november, state: "sending", attempts: 1 });
    await closeInterrupted(scheduleRuns);
    await sendDue(november + 1000);
    expect(server.mails).toEqual([]);
    expect((await listSchedules())[0]?.runs).toMatchObject([{ state: "failed", error: expect.stringContaining("Interrupted") }]);
  });

  test("two processes at once send one mail", async () => {
    const { id } = await addSchedule(input({ form: "html" }), asha);
    await due(id, november);
    await Promise.all([sendDue(november + 1), sendDue(november + 1)]);
    expect(server.mails.length).toBe(1);
  });
});

describe("when", () => {
  test.each([
    [{ every: "day", hour: 6, tz: "Asia/Kolkata" }, "2026-11-03T00:29:59Z", "2026-11-03T00:30:00.000Z"],
    [{ every: "day", hour: 6, tz: "Asia/Kolkata" }, "2026-11-03T00:30:00Z", "2026-11-04T00:30:00.000Z"],
    [{ every: "week", hour: 8, tz: "UTC" }, "2026-11-03T00:00:00Z", "2026-11-09T08:00:00.000Z"],
    [{ every: "month", hour: 8, tz: "UTC" }, "2026-12-01T08:00:00Z", "2027-01-01T08:00:00.000Z"],
    // The clock of New York goes back on 1 November 2026 and forward on 8 March 2026.
    [{ every: "day", hour: 9, tz: "America/New_York" }, "2026-10-31T13:00:00Z", "2026-11-01T14:00:00.000Z"],
    [{ every: "day", hour: 9, tz: "America/New_York" }, "2026-03-07T14:00:00Z", "2026-03-08T13:00:00.000Z"],
  ] as const)("%j after %s is %s", (rhythm, after, expected) => {
    expect(new Date(nextDue(rhythm, Date.parse(after))).toISOString()).toBe(expected);
  });
});
