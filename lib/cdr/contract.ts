import { z } from "zod";

/**
 * The CDR API's contract, with every variant seen of it. Source: the vendor's page and public consumers of the same API.
 * Unknown fields are kept everywhere (`looseObject`). `normalise` reads the same shapes without building a second
 * object per record; a test holds the two together.
 */

/** Free text from the outside world; older answers send numbers where text belongs. */
const text = z.union([z.string(), z.number(), z.boolean()]).nullish();

/** A count or a duration: not negative, finite, and in older answers sometimes a numeric string. Empty means absent. */
const amount = z.union([z.number().nonnegative(), z.literal(""), z.string().regex(/^\s*\+?\d+(\.\d*)?\s*$/)]).nullish();

/** A flag: a boolean, or in older answers the strings "true" and "false". */
const flag = z.union([z.boolean(), z.string(), z.number()]).nullish();

const group = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(undefined);

const stream = group({
  /** bit/s */
  avg_bitrate: z.unknown(),
  max_bitrate: z.unknown(),
  min_bitrate: z.unknown(),
  avg_bitrate_quality: text,
});

const receivedStream = group({
  avg_bitrate: z.unknown(),
  max_bitrate: z.unknown(),
  min_bitrate: z.unknown(),
  avg_bitrate_quality: text,
  /** Percent of the time, 0 to 100. */
  bitrate_good_percent: z.unknown(),
  bitrate_moderate_percent: z.unknown(),
  bitrate_bad_percent: z.unknown(),
});

/** One user's connection to one conference. */
export const cdrRecord = z.looseObject({
  cdr_id: text,
  app_id: text,
  parent_partner_id: text,
  /** When the CDR was logged, ISO, UTC. The only field that a record cannot do without. */
  trans_date: z.string(),
  conf_num: text,
  call_num: text,
  call_log_id: text,
  sip: flag,
  video_embed: flag,
  visual_builder: flag,
  lowcode: flag,
  room: group({
    room_id: text,
    connect_dt: text,
    disconnect_dt: text,
    /** seconds */
    duration: amount,
    room_details: z.unknown(),
    sip: flag,
  }),
  user: group({ role: text, name: text, ref: text, ip: text, agent: text }),
  sigserver: group({
    ip: text,
    connect_dt: text,
    disconnect_dt: text,
    /** seconds */
    duration: amount,
    /** seconds */
    hold_duration: amount,
  }),
  published_track: group({ audio: flag, video: flag, screen: flag, data: flag, url: flag }),
  usage: group({
    /** SECONDS, despite its name. Vendor doc: "Total Time in Second". */
    connect_minutes: amount,
    /** Minutes, rounded up: what is billed. The only one of these in minutes. */
    connect_minutes_cal: amount,
    /** SECONDS */
    published_minutes: amount,
    /** SECONDS */
    screen_minutes: amount,
    /** SECONDS */
    subscribed_minutes: amount,
    /** SECONDS */
    room_connect_minutes: amount,
  }),
  stats_quality: group({
    call_quality: text,
    send: group({ audio: stream, video: stream, sharing: stream }),
    receive: group({ audio: receivedStream, video: receivedStream, sharing: receivedStream, rtt: z.unknown() }),
  }),
  price: group({ connect_duration: z.unknown() }),
});

export type CdrRecord = z.input<typeof cdrRecord>;

/** What stands around the records of an answer; the reader has taken the records out of `cdr`. */
export const cdrEnvelope = z.looseObject({
  result: z.union([z.literal("0"), z.literal(0)]),
  cdr: z.array(z.unknown()),
});

/** Both generations of error body: `{ result: 4xxx, error }` and `{ status, error_code, message, request_id }`. */
export const errorBody = z.looseObject({
  result: z.union([z.string(), z.number()]).optional(),
  error: z.unknown().optional(),
  desc: z.unknown().optional(),
  status: z.unknown().optional(),
  error_code: z.union([z.string(), z.number()]).optional(),
  message: z.unknown().optional(),
  request_id: z.union([z.string(), z.number()]).optional(),
});
