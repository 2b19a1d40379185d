/** A dimension to group and filter by. Time dimensions are made from the time that places a call, in the chosen zone. */
export interface Dimension {
  label: string;
  /** The column of `calls`; none for time. A room's tag is no column of a call: the engine looks it up. */
  column?: string;
  kind: "time" | "text" | "flag";
  /** The word for an absent value, in answers and in filters, where null would be misread. */
  absent?: string;
  /** Texts that people write: addresses of before never split a filter's value at commas. */
  freeText?: boolean;
  /** All values that there are, where they are words of ours. */
  words?: string[];
}

/** Every dimension, defined once. */
export const dimensions = {
  hour: { label: "Hour", kind: "time" },
  day: { label: "Day", kind: "time" },
  week: { label: "Week", kind: "time" },
  month: { label: "Month", kind: "time" },
  room: { label: "Room", kind: "text", column: "room_id" },
  conference: { label: "Conference", kind: "text", column: "conf_num" },
  app: { label: "App", kind: "text", column: "app_id" },
  partner: { label: "Partner", kind: "text", column: "partner_id" },
  role: { label: "Role", kind: "text", column: "role" },
  person: { label: "Person", kind: "text", column: "person", freeText: true },
  tag: { label: "Room tag", kind: "text", column: "tag", freeText: true },
  browser: { label: "Browser", kind: "text", column: "browser" },
  browser_version: { label: "Browser version", kind: "text", column: "browser_version" },
  os: { label: "Operating system", kind: "text", column: "os" },
  device: { label: "Device", kind: "text", column: "device" },
  network: { label: "Network", kind: "text", column: "network" },
  sip: { label: "SIP", kind: "flag", column: "sip" },
  quality: { label: "Quality", kind: "text", column: "quality", absent: "Unrated", words: ["Good", "Bad", "Unrated"] },
  track_combination: { label: "Tracks", kind: "text", column: "track_combination" },
  sigserver: { label: "Signalling server", kind: "text", column: "sigserver_ip" },
} satisfies Record<string, Dimension>;

export type DimensionName = keyof typeof dimensions;
export type TimeDimension = "hour" | "day" | "week" | "month";
export type FilterName = Exclude<DimensionName, TimeDimension>;

export const dimensionNames = Object.keys(dimensions) as DimensionName[];
export const filterNames = dimensionNames.filter((name) => dimensions[name].kind !== "time") as FilterName[];

export function dimensionOf(name: DimensionName): Dimension {
  return dimensions[name];
}
