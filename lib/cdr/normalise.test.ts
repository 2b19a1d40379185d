import { describe, expect, test } from "vitest";
import { defaultFeed, Feed, olderForm } from "@/e2e/cdr-api/records";
import { clientOf } from "./agent";
import { cdrRecord } from "./contract";
import { networkOf } from "./network";
import { instant, normalise } from "./normalise";

const good = { cdr_id: "a", trans_date: "2026-10-14T11:02:10.123Z" };
const callFrom = (more: object) => {
  const outcome = normalise({ ...good, ...more });
  if (!("call" in outcome)) throw new Error(outcome.reason);
  return outcome.call;
};
const reasonFor = (record: unknown) => {
  const outcome = normalise(record);
  return "reason" in outcome ? outcome.reason : null;
};

describe("a record as a Call", () => {
  test("minutes that are seconds are named seconds; only connect_minutes_cal is minutes", () => {
    const call = callFrom({
      usage: {
        connect_minutes: 601,
        connect_minutes_cal: 11,
        published_minutes: 590.5,
        screen_minutes: 30,
        subscribed_minutes: 900,
        room_connect_minutes: 602,
      },
    });
    expect(call).toMatchObject({
      connect_seconds: 601,
      billed_minutes: 11,
      published_seconds: 590.5,
      screen_seconds: 30,
      subscribed_seconds: 900,
      room_connect_seconds: 602,
    });
  });

  test("texts are cut, but never what tells one record from another", () => {
    const long = "n".repeat(5_000);
    const name = callFrom({ user: { name: long } }).user_name as string;
    expect(name).toHaveLength(2_000);
    expect(name).toMatch(/^n{1975}…[0-9a-f]{24}$/);
    // Texts that differ after the cut, or only in half a character, are of different persons and rooms.
    const people = [`${long}1`, `${long}2`, "a\ud83d", "a\ud83e", "a\ufffd"].map((ref) => callFrom({ user: { ref }, room: { room_id: ref } }));
    expect(new Set(people.map(({ person }) => person)).size).toBe(5);
    expect(new Set(people.map(({ room_id }) => room_id)).size).toBe(5);
    // Cut between two characters, never within one.
    expect(callFrom({ user: { name: `${"a".repeat(1_974)}😀${"b".repeat(100)}` } }).user_name).toMatch(/^a{1974}…[0-9a-f]{24}$/);
    expect(callFrom({ user: { name: `${"a".repeat(1_998)}😀` } }).user_name).toBe(`${"a".repeat(1_998)}😀`);
    const ids = ["1", "2"].map((end) => callFrom({ cdr_id: long + end, call_log_id: "l", call_num: "c", room: { connect_dt: "d" } }));
    expect(ids.map(({ id_source }) => id_source)).toEqual(["hash", "hash"]);
    expect(ids[0]?.call_id).not.toBe(ids[1]?.call_id);
    expect(callFrom({ cdr_id: undefined, call_log_id: long, call_num: "c", room: { connect_dt: "d" } }).id_source).toBe("hash");
  });

  test("the older form reads like the newer one", () => {
    const [record] = new Feed({ ...defaultFeed, callsPerDay: 60, dirt: 0 }).loggedOn("2026-10-14");
    const newer = normalise(record);
    const older = normalise(olderForm(record as Record<string, unknown>));
    if (!("call" in newer) || !("call" in older)) throw new Error("rejected");
    expect(older.call).toEqual({ ...newer.call, app_id: null, partner_id: null });
  });

  test("absent groups give nulls, not made-up values", () => {
    expect(callFrom({})).toMatchObject({
      billed_minutes: null,
      connect_seconds: null,
      quality: null,
      person: null,
      room_id: null,
      connect_ms: null,
      audio: false,
      track_combination: "none",
    });
  });

  test("a person is the ref, else the name", () => {
    expect(callFrom({ user: { ref: "r1", name: "N" } }).person).toBe("r1");
    expect(callFrom({ user: { ref: "", name: "N" } }).person).toBe("N");
  });

  test("identity falls back from cdr_id to the log fields to a hash that does not mind the order of keys", () => {
    const room = { connect_dt: "2026-10-14T11:00:00.000Z" };
    expect(callFrom({ cdr_id: undefined, call_log_id: "l", call_num: "c", room })).toMatchObject({ id_source: "log" });
    const one = callFrom({ cdr_id: undefined, call_num: "c", room });
    const two = normalise({ room, call_num: "c", trans_date: good.trans_date });
    expect(one.id_source).toBe("hash");
    expect("call" in two && two.call.call_id).toBe(one.call_id);
  });

  test.each([
    [5, "not an object"],
    [[], "not an object"],
    [null, "not an object"],
    [{}, "no usable trans_date"],
    [{ trans_date: "2026-02-30T00:00:00Z" }, "no usable trans_date"],
    [{ trans_date: 1_790_000_000 }, "no usable trans_date"],
    [{ ...good, usage: { connect_minutes: -1 } }, "usage.connect_minutes is negative"],
    [{ ...good, usage: { connect_minutes_cal: "NaN" } }, "usage.connect_minutes_cal is not a number"],
    [{ ...good, usage: { connect_minutes_cal: 1e300 } }, "usage.connect_minutes_cal is absurdly large"],
    [{ ...good, room: { duration: Number.POSITIVE_INFINITY } }, "room.duration is not finite"],
    [{ ...good, sigserver: { hold_duration: true } }, "sigserver.hold_duration is not a number"],
  ])("%j is rejected: %s", (record, reason) => {
    expect(reasonFor(record)).toBe(reason);
  });

  test("what the contract accepts, normalise places, and the other way round", () => {
    const records = new Feed({ ...defaultFeed, seed: "contract", callsPerDay: 300, dirt: 0.02, older: 0.2 }).loggedOn("2026-10-14");
    expect(records.length).toBeGreaterThan(200);
    for (const record of records) {
      const placed = "call" in normalise(record);
      if (placed) expect(cdrRecord.safeParse(record).error?.issues ?? []).toEqual([]);
    }
    expect(cdrRecord.parse({ ...good, "x-new": 1 })).toMatchObject({ "x-new": 1 });
  });
});

describe("times", () => {
  test.each([
    ["2026-10-14T11:02:10.123Z", "2026-10-14T11:02:10.123Z"],
    ["2026-10-14T11:02:10", "2026-10-14T11:02:10.000Z"],
    ["2026-10-14 11:02:10.5", "2026-10-14T11:02:10.500Z"],
    ["2026-10-14T16:32:10+05:30", "2026-10-14T11:02:10.000Z"],
    ["2026-10-14", "2026-10-14T00:00:00.000Z"],
  ])("%s is %s", (text, iso) => {
    expect(new Date(instant(text) as number).toISOString()).toBe(iso);
  });
  test.each(["", "now", "2026-10-14T10:00:00+99:99", "2026-10-14T10:00:00+05:75", "2026-10-14T24:00:00Z", "2026-13-01T00:00:00Z", "0000-00-00", null, 5])(
    "%s is no time",
    (text) => {
      expect(instant(text)).toBeNull();
    },
  );
});

describe("networks and clients", () => {
  test.each([
    ["203.0.113.77", "203.0.113.0/24"],
    ["2001:db8:77:1::5", "2001:db8:77::/48"],
    ["::ffff:198.51.100.9", "198.51.100.0/24"],
    ["999.1.1.1", null],
    ["not an address", null],
    [null, null],
  ])("%s is in %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
  test("a browser, an SDK and nothing", () => {
    expect(clientOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36")).toEqual({
      browser: "Chrome",
      browser_version: "141",
      os: "Windows",
      device: "desktop",
    });
    expect(clientOf("okhttp/4.12.0")).toMatchObject({ browser: "okhttp", browser_version: "4" });
    expect(clientOf(null)).toEqual({ browser: null, browser_version: null, os: null, device: null });
  });
});
