import type { Unit } from "./measures";

/** How a field of a call is told: `text` as it stands, `instant` in the page's zone, the rest by their unit. */
export interface CallField {
  label: string;
  unit: Unit | "text" | "flag";
  /** The part of a call that it belongs to. */
  group: "Call" | "Room" | "Person" | "Client" | "Time and billing" | "Tracks" | "Quality" | "Record";
}

const directions = { send: "Sent", receive: "Received" } as const;
const media = { audio: "audio", video: "video", sharing: "screen share" } as const;

const streams = Object.fromEntries(
  (Object.keys(directions) as (keyof typeof directions)[]).flatMap((direction) =>
    (Object.keys(media) as (keyof typeof media)[]).flatMap((medium): [string, CallField][] => {
      const name = `${directions[direction]} ${media[medium]}`;
      const field = (label: string, unit: CallField["unit"]): CallField => ({ label: `${name}: ${label}`, unit, group: "Quality" });
      const percents = ["good", "moderate", "bad"].map((share): [string, CallField] => [
        `${direction}_${medium}_${share}_percent`,
        field(`${share} time`, "percent"),
      ]);
      return [
        [`${direction}_${medium}_bad`, field("rated Bad", "flag")],
        [`${direction}_${medium}_bitrate`, field("average bit rate", "bitrate")],
        ...(direction === "receive" ? percents : []),
      ];
    }),
  ),
);

/** The fields that are stored as whole ms, and as what. */
export const storedInstants = { trans_date: "logged_ms", connect_dt: "connect_ms", disconnect_dt: "disconnect_ms" };

/** Every field that the API gives of a call, in the order in which a page shows them. */
export const callFields: Record<string, CallField> = {
  trans_date: { label: "Logged", unit: "instant", group: "Time and billing" },
  connect_dt: { label: "Connected", unit: "instant", group: "Time and billing" },
  disconnect_dt: { label: "Disconnected", unit: "instant", group: "Time and billing" },
  connect_seconds: { label: "Connected time", unit: "seconds", group: "Time and billing" },
  billed_minutes: { label: "Billed minutes", unit: "minutes", group: "Time and billing" },
  room_seconds: { label: "Time in the room", unit: "seconds", group: "Time and billing" },
  room_connect_seconds: { label: "Room connect time", unit: "seconds", group: "Time and billing" },
  published_seconds: { label: "Published time", unit: "seconds", group: "Time and billing" },
  subscribed_seconds: { label: "Subscribed time", unit: "seconds", group: "Time and billing" },
  screen_seconds: { label: "Screen-share time", unit: "seconds", group: "Time and billing" },
  hold_seconds: { label: "Hold time", unit: "seconds", group: "Time and billing" },
  price_connect_duration: { label: "Price per connect duration, from the feed", unit: "count", group: "Time and billing" },
  conf_num: { label: "Conference", unit: "text", group: "Call" },
  call_num: { label: "Call number", unit: "text", group: "Call" },
  call_log_id: { label: "Log ID", unit: "text", group: "Call" },
  app_id: { label: "App", unit: "text", group: "Call" },
  partner_id: { label: "Partner", unit: "text", group: "Call" },
  room_name: { label: "Room name", unit: "text", group: "Room" },
  room_id: { label: "Room id", unit: "text", group: "Room" },
  user_name: { label: "Name", unit: "text", group: "Person" },
  user_ref: { label: "Ref", unit: "text", group: "Person" },
  role: { label: "Role", unit: "text", group: "Person" },
  sip: { label: "SIP", unit: "flag", group: "Person" },
  person: { label: "Counted as", unit: "text", group: "Person" },
  browser: { label: "Browser", unit: "text", group: "Client" },
  browser_version: { label: "Browser version", unit: "text", group: "Client" },
  os: { label: "Operating system", unit: "text", group: "Client" },
  device: { label: "Device", unit: "text", group: "Client" },
  ip: { label: "Address", unit: "text", group: "Client" },
  network: { label: "Network", unit: "text", group: "Client" },
  sigserver_ip: { label: "Signalling server", unit: "text", group: "Client" },
  sigserver_seconds: { label: "Signalling time", unit: "seconds", group: "Client" },
  agent: { label: "Agent", unit: "text", group: "Client" },
  track_combination: { label: "Tracks", unit: "text", group: "Tracks" },
  audio: { label: "Published audio", unit: "flag", group: "Tracks" },
  video: { label: "Published video", unit: "flag", group: "Tracks" },
  screen: { label: "Published screen", unit: "flag", group: "Tracks" },
  data: { label: "Published data", unit: "flag", group: "Tracks" },
  url: { label: "Published URL", unit: "flag", group: "Tracks" },
  quality: { label: "Quality", unit: "text", group: "Quality" },
  ...streams,
  cdr_id: { label: "CDR id", unit: "text", group: "Record" },
  call_id: { label: "Identity here", unit: "text", group: "Record" },
  id_source: { label: "Identity taken from", unit: "text", group: "Record" },
  account: { label: "Account", unit: "text", group: "Record" },
  sightings: { label: "Times delivered", unit: "count", group: "Record" },
};
