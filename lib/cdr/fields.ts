import { type Call, type ReceivedStream, type Stream, streams, tracks } from "./call";

/**
 * How a value of the feed is read.
 * - `text`: as it came, up to `mostTextLength`; empty is absent.
 * - `instant`: ISO time, ms since 1970 UTC; absent when it is none.
 * - `amount`: a number where a count belongs, in the feed's unit; an unusable one rejects the record.
 * - `measurement`: a number that nothing is billed by (bit rates, percentages); an unusable one is absent.
 * - `flag`: true, "true", 1 or "1"; everything else is false.
 * - `rated`: "Bad" is true, "Good" is false, everything else is absent.
 */
export type FieldKind = "text" | "instant" | "amount" | "measurement" | "flag" | "rated";

export interface Field {
  /** Where it stands in a record. With several places, the first that is set counts (for flags: any that is true). */
  paths: readonly string[];
  kind: FieldKind;
  /** The largest amount that is not absurd. */
  most?: number;
}

/** Longer than any call: a year. Larger figures are faults of the feed, not usage. */
const year = { seconds: 366 * 86_400, minutes: 366 * 1_440 };

const text = (...paths: string[]): Field => ({ paths, kind: "text" });
const instant = (path: string): Field => ({ paths: [path], kind: "instant" });
const seconds = (path: string, most = year.seconds): Field => ({ paths: [path], kind: "amount", most });
const minutes = (path: string): Field => ({ paths: [path], kind: "amount", most: year.minutes });
const measurement = (path: string): Field => ({ paths: [path], kind: "measurement" });
const flag = (...paths: string[]): Field => ({ paths, kind: "flag" });
const rated = (path: string): Field => ({ paths: [path], kind: "rated" });

const streamFields = Object.fromEntries(
  streams.flatMap((stream) => {
    const path = `stats_quality.${stream.replace("_", ".")}`;
    return [
      [`${stream}_bad`, rated(`${path}.avg_bitrate_quality`)],
      [`${stream}_bitrate`, measurement(`${path}.avg_bitrate`)],
      ...(stream.startsWith("receive")
        ? ["good", "moderate", "bad"].map((share) => [`${stream}_${share}_percent`, measurement(`${path}.bitrate_${share}_percent`)])
        : []),
    ];
  }),
) as Record<`${Stream}_bad` | `${Stream}_bitrate` | `${ReceivedStream}_${"good" | "moderate" | "bad"}_percent`, Field>;

const trackFields = Object.fromEntries(tracks.map((track) => [track, flag(`published_track.${track}`)])) as Record<(typeof tracks)[number], Field>;

/**
 * The fields of a Call that are read from the record, and where they stand in it. `normalise` reads single records by
 * this table; an engine may compile it to its own SQL and load plain records without building objects. A test holds
 * the two together.
 */
export const fields = {
  // Vendor doc: every `*_minutes` is "Total Time in Second", except `connect_minutes_cal`, which is minutes.
  connect_seconds: seconds("usage.connect_minutes"),
  billed_minutes: minutes("usage.connect_minutes_cal"),
  published_seconds: seconds("usage.published_minutes"),
  screen_seconds: seconds("usage.screen_minutes"),
  // Subscribed time adds up over the streams received, so it may pass the length of the call many times.
  subscribed_seconds: seconds("usage.subscribed_minutes", year.seconds * 100),
  room_connect_seconds: seconds("usage.room_connect_minutes"),
  room_seconds: seconds("room.duration"),
  sigserver_seconds: seconds("sigserver.duration"),
  hold_seconds: seconds("sigserver.hold_duration"),
  connect_ms: instant("room.connect_dt"),
  disconnect_ms: instant("room.disconnect_dt"),
  app_id: text("app_id"),
  partner_id: text("parent_partner_id"),
  conf_num: text("conf_num"),
  call_num: text("call_num"),
  call_log_id: text("call_log_id"),
  room_id: text("room.room_id"),
  room_name: text("room.room_details.name", "room.room_details.room_name"),
  role: text("user.role"),
  user_name: text("user.name"),
  user_ref: text("user.ref"),
  ip: text("user.ip"),
  agent: text("user.agent"),
  sigserver_ip: text("sigserver.ip"),
  sip: flag("sip", "room.sip"),
  ...trackFields,
  ...streamFields,
  price_connect_duration: measurement("price.connect_duration"),
} satisfies Partial<Record<keyof Call, Field>>;

export type FieldName = keyof typeof fields;
