/** The media streams whose quality a CDR tells. */
export const streams = ["send_audio", "send_video", "send_sharing", "receive_audio", "receive_video", "receive_sharing"] as const;
export type Stream = (typeof streams)[number];
export type ReceivedStream = Extract<Stream, `receive_${string}`>;

export const tracks = ["audio", "video", "screen", "data", "url"] as const;
export type Track = (typeof tracks)[number];

/** `bad`: rated Bad (true), Good (false), not rated (null). `bitrate`: average, bit/s. */
type StreamFields = { [S in Stream as `${S}_bad`]: boolean | null } & {
  [S in Stream as `${S}_bitrate`]: number | null;
} & { [S in ReceivedStream as `${S}_${"good" | "moderate" | "bad"}_percent`]: number | null };

/** One CDR, normalised: flat, units in the names, absent values null. Text is as it came, up to 2,000 characters; empty text is null. */
export interface Call extends StreamFields {
  /** Identity within an account. See `id_source`. */
  call_id: string;
  /** What the identity was made of: the feed's `cdr_id`, its log fields, or a hash of the record. */
  id_source: "cdr_id" | "log" | "hash";
  /** `trans_date`, ms since 1970 UTC. */
  logged_ms: number;
  /** `room.connect_dt`, ms since 1970 UTC. */
  connect_ms: number | null;
  /** `room.disconnect_dt`, ms since 1970 UTC. */
  disconnect_ms: number | null;
  app_id: string | null;
  partner_id: string | null;
  conf_num: string | null;
  call_num: string | null;
  call_log_id: string | null;
  room_id: string | null;
  room_name: string | null;
  role: string | null;
  user_name: string | null;
  user_ref: string | null;
  /** `user.ref`, or `user.name` where there is no ref. */
  person: string | null;
  ip: string | null;
  /** The /24 (IPv4) or /48 (IPv6) of `ip`. */
  network: string | null;
  agent: string | null;
  browser: string | null;
  browser_version: string | null;
  os: string | null;
  device: string | null;
  sip: boolean;
  sigserver_ip: string | null;
  sigserver_seconds: number | null;
  hold_seconds: number | null;
  room_seconds: number | null;
  connect_seconds: number | null;
  /** `connect_minutes_cal`: minutes, what is billed. Null: the feed gave no billing figure. */
  billed_minutes: number | null;
  published_seconds: number | null;
  screen_seconds: number | null;
  subscribed_seconds: number | null;
  room_connect_seconds: number | null;
  audio: boolean;
  video: boolean;
  screen: boolean;
  data: boolean;
  url: boolean;
  /** The published tracks joined by `+` in the order of `tracks`; `none` when there is none. */
  track_combination: string;
  quality: "Good" | "Bad" | null;
  price_connect_duration: number | null;
}
