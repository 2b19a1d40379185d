import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { strictly } from "@/e2e/workbook";
import { workbookQuery, workbookXlsx } from "../export";
import { find, findCall, metricsOf, metricsQuery, runMetrics } from "../metrics";
import { personData } from "../privacy/person";
import { everything } from "../scope";
import { importFile } from "./import";

/** Records as different pages of the service and programs that use them show them, and with names that are no names. */

let store: ReturnType<typeof useDataDir>;
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const day = { from: "2026-10-05", to: "2026-10-05" };
const base = (id: string) => ({
  cdr_id: id,
  trans_date: "2026-10-05T10:00:00.000Z",
  conf_num: "c1",
  room: { room_id: "r1", connect_dt: "2026-10-05T09:00:00.000Z", disconnect_dt: "2026-10-05T09:30:00.000Z", duration: 1800, room_details: {} as unknown },
  user: { role: "participant", name: "n", ref: "ref1", ip: "1.2.3.4", agent: "okhttp/3.5.0" } as object,
  usage: { connect_minutes_cal: 30, connect_minutes: 1800 } as object,
});
const settings = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field_${index}`, { nested: { deeper: [index, "x"] } }]));
const records: Record<string, object> = {
  older: {
    ...base("older"),
    usage: { published_track: "x" },
    published_track: { audio: "true", video: "false" },
    room: { ...base("").room, duration: "1800.125" },
  },
  details: { ...base("details"), room: { ...base("").room, room_details: { name: "Board room", owner_ref: "o1", ...settings } } },
  detailsText: { ...base("detailsText"), room: { ...base("").room, room_details: JSON.stringify({ name: "As a text", owner_ref: "o1" }) } },
  second: { ...base("second"), customer_id: "cu1", room: { ...base("").room, price: 1.25 } },
  nul: {
    ...base("nul"),
    user: { ...base("").user, name: "a\u0000b", ref: "ref\u00002" },
    room: { ...base("").room, room_id: "room\u0000", room_details: { name: "\u0000" } },
  },
};

beforeAll(async () => {
  store = useDataDir();
  const body = JSON.stringify({ result: "0", cdr: Object.values(records) });
  expect(await importFile(Readable.from([Buffer.from(body)]), "imported")).toMatchObject({ calls: Object.keys(records).length, rejected: 0 });
});
afterAll(() => store.close());

test("each counts once, with the minutes that it has", async () => {
  const { totals } = await runMetrics(metricsOf(metricsQuery.parse({ ...day, measures: "calls,billed_minutes,calls_without_billing" }), defaults));
  expect(totals).toEqual({ calls: 5, billed_minutes: 120, calls_without_billing: 1 });
});

test.each(Object.keys(records))("the call page of %s answers, with the record as it came", async (name) => {
  const answer = await findCall(name, undefined, everything);
  expect(JSON.parse(JSON.stringify(answer)).raw).toEqual(records[name]);
});

test("a room's name is found in its details, in an object of many fields too", async () => {
  expect((await findCall("details", undefined, everything)).call.room_name).toBe("Board room");
});

test("names that hold U+0000 are found, exported and told like others", async () => {
  expect((await find("ref", 20, everything)).persons.length).toBe(2);
  for (const person of ["ref\u00002", "ref1"]) {
    const parts: Uint8Array[] = [];
    for await (const part of personData(person)) parts.push(part);
    expect(() => JSON.parse(Buffer.concat(parts).toString("utf8"))).not.toThrow();
  }
  const { chunks } = await workbookXlsx(workbookQuery.parse(day), defaults);
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  const calls = strictly(Buffer.concat(parts)).get("Calls");
  expect([...(calls?.values() ?? [])].map(({ text }) => text)).toContain("a\ufffdb");
});
