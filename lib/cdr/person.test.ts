import { expect, test } from "vitest";
import { maskedJson } from "./person";

const masked = (record: unknown) => JSON.parse(maskedJson(JSON.stringify(record)));

test("what the contract knows stays, but for the person", () => {
  const record = {
    cdr_id: "x",
    trans_date: "2026-10-05T10:00:00.000Z",
    conf_num: "c",
    room: { room_id: "r", duration: 12, room_details: { name: "Board", owner_ref: "emp-1" } },
    user: { role: "moderator", name: "Asha", ref: "emp-1", ip: "203.0.113.7", agent: "Mozilla" },
    usage: { connect_minutes_cal: 3 },
    stats_quality: { call_quality: "Good", receive: { video: { avg_bitrate: 7, bitrate_bad_percent: 2 } } },
  };
  expect(masked(record)).toEqual({ ...record, room: { room_id: "r", duration: 12, room_details: { name: "Board" } }, user: { role: "moderator" } });
});

test("what it does not know goes, at every depth, and so does what stands in the place of a value", () => {
  const marker = "Asha Rao";
  const record = {
    extra: marker,
    room: { room_id: "r", owner: marker, room_details: { name: { first: marker }, settings: { host: marker } } },
    user: { role: [marker] },
    sigserver: { ip: "10.0.0.1", note: marker },
    usage: { connect_minutes: { of: marker }, by: marker },
    stats_quality: { send: { audio: { avg_bitrate: 5, who: marker }, whose: marker }, receive: { rtt: { of: marker } } },
    price: { connect_duration: [marker], to: marker },
    published_track: [marker],
  };
  const text = maskedJson(JSON.stringify(record));
  expect(text).not.toContain(marker);
  expect(JSON.parse(text)).toMatchObject({ room: { room_id: "r" }, sigserver: { ip: "10.0.0.1" }, stats_quality: { send: { audio: { avg_bitrate: 5 } } } });
});

test.each(["", "[1]", "3", '"Asha"', '{"user":', "null"])("what is no record becomes null: %s", (text) => {
  expect(maskedJson(text)).toBe("null");
});
