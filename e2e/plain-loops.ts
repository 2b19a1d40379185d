/**
 * The figures once more, in plain loops over raw records. Written from `product.md` and the API's contract alone: it shares
 * no code with `lib`, not even the reading of a record, so that a mistake would have to be made twice to go unseen.
 */

type Json = Record<string, unknown>;

export interface LoopCall {
  id: string;
  loggedMs: number;
  connectMs: number | null;
  disconnectMs: number | null;
  room: string | null;
  conference: string | null;
  role: string | null;
  person: string | null;
  quality: "Good" | "Bad" | null;
  billed: number | null;
  connect: number;
  screen: number;
  hold: number;
  tracks: Record<string, boolean>;
  raw: Json;
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const word = (value: unknown): string | null => (value === null || value === undefined || value === "" || typeof value === "object" ? null : String(value));
const isTrue = (value: unknown) => value === true || value === "true";
const time = (value: unknown): number | null => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const ms = Date.parse(value);
  if (!Number.isFinite(ms)) return null;
  return new Date(ms).toISOString().slice(0, 10) === value.slice(0, 10) ? ms : null;
};

/** The number, null when absent, NaN when a record with it must be rejected. */
function count(value: unknown, most: number): number | null {
  if (value === undefined || value === null || value === "") return null;
  const number = typeof value === "number" ? value : typeof value === "string" && /^[\d.]+$/.test(value.trim()) ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 && number <= most ? number : Number.NaN;
}

const year = 366 * 24 * 3600;

/** The calls of an answer: rejected records left out, repeated ones once with the last record. */
export function callsOf(records: unknown[]): { calls: LoopCall[]; rejected: unknown[] } {
  const calls = new Map<string, LoopCall>();
  const rejected: unknown[] = [];
  for (const record of records) {
    const call = callOf(record);
    if (call) calls.set(call.id, call);
    else rejected.push(record);
  }
  return { calls: [...calls.values()], rejected };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const result: Json = {};
  for (const key of Object.keys(value).sort()) result[key] = sorted(value[key]);
  return result;
}

function callOf(record: unknown): LoopCall | null {
  if (!isObject(record)) return null;
  const loggedMs = time(record.trans_date);
  if (loggedMs === null) return null;
  const part = (name: string): Json => (isObject(record[name]) ? (record[name] as Json) : {});
  const [room, user, usage, sigserver, tracks, quality] = ["room", "user", "usage", "sigserver", "published_track", "stats_quality"].map(part) as [
    Json,
    Json,
    Json,
    Json,
    Json,
    Json,
  ];
  const counts = {
    connect: count(usage.connect_minutes, year),
    billed: count(usage.connect_minutes_cal, year / 60),
    published: count(usage.published_minutes, year),
    screen: count(usage.screen_minutes, year),
    subscribed: count(usage.subscribed_minutes, year * 100),
    roomConnect: count(usage.room_connect_minutes, year),
    duration: count(room.duration, year),
    server: count(sigserver.duration, year),
    hold: count(sigserver.hold_duration, year),
  };
  if (Object.values(counts).some((value) => value !== null && Number.isNaN(value))) return null;
  const logId = word(record.call_log_id);
  const callNum = word(record.call_num);
  const connected = word(room.connect_dt);
  const id =
    word(record.cdr_id) ??
    (logId && callNum && connected ? `log|${logId}|${callNum}|${connected}` : `json|${JSON.stringify(sorted(JSON.parse(JSON.stringify(record))))}`);
  const rated = quality.call_quality;
  return {
    id,
    loggedMs,
    connectMs: time(room.connect_dt),
    disconnectMs: time(room.disconnect_dt),
    room: word(room.room_id),
    conference: word(record.conf_num),
    role: word(user.role),
    person: word(user.ref) ?? word(user.name),
    quality: rated === "Good" || rated === "Bad" ? rated : null,
    billed: counts.billed,
    connect: counts.connect ?? 0,
    screen: counts.screen ?? 0,
    hold: counts.hold ?? 0,
    tracks: Object.fromEntries(["audio", "video", "screen", "data", "url"].map((name) => [name, isTrue(tracks[name])])),
    raw: record,
  };
}

/** Local day and hour of an instant, by the runtime's own zone rules. */
export function localDayHour(ms: number, tz: string): { day: string; hour: number } {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", { timeZone: tz, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", hourCycle: "h23" })
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
}

export interface LoopFigures {
  calls: number;
  conferences: number;
  rooms: number;
  people: number;
  billed_minutes: number;
  calls_without_billing: number;
  connect_seconds: number;
  screen_seconds: number;
  hold_seconds: number;
  bad_calls: number;
  rated_calls: number;
  bad_share: number | null;
  audio_share: number | null;
  video_calls: number;
  peak_concurrent: number;
  send_video_bad_share: number | null;
  receive_audio_bitrate_p50: number | null;
  receive_video_bitrate_p95: number | null;
  receive_video_bad_percent: number | null;
}

function quantile(values: number[], share: number): number | null {
  if (values.length === 0) return null;
  const ordered = [...values].sort((a, b) => a - b);
  const place = (ordered.length - 1) * share;
  const low = Math.floor(place);
  const lower = ordered[low] as number;
  return lower + ((ordered[Math.min(low + 1, ordered.length - 1)] as number) - lower) * (place - low);
}

function stream(call: LoopCall, direction: string, medium: string): Json {
  const quality = isObject(call.raw.stats_quality) ? call.raw.stats_quality : {};
  const side = isObject(quality[direction]) ? (quality[direction] as Json) : {};
  return isObject(side[medium]) ? (side[medium] as Json) : {};
}

/** Every figure of a set of calls. */
export function figuresOf(calls: LoopCall[]): LoopFigures {
  const distinct = (pick: (call: LoopCall) => string | null) => new Set(calls.map(pick).filter((value) => value !== null)).size;
  const total = (pick: (call: LoopCall) => number) => calls.reduce((sum, call) => sum + pick(call), 0);
  const rated = calls.filter((call) => call.quality !== null);
  const bad = rated.filter((call) => call.quality === "Bad");
  const sends = calls.map((call) => stream(call, "send", "video").avg_bitrate_quality).filter((value) => value === "Good" || value === "Bad");
  const numbers = (direction: string, medium: string, field: string) =>
    calls.map((call) => stream(call, direction, medium)[field]).filter((value): value is number => typeof value === "number" && value >= 0);
  const badPercent = numbers("receive", "video", "bitrate_bad_percent");
  const events: [number, number][] = [];
  for (const { connectMs, disconnectMs } of calls) {
    if (connectMs !== null && disconnectMs !== null && disconnectMs > connectMs) events.push([connectMs, 1], [disconnectMs, -1]);
  }
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let connected = 0;
  let peak = 0;
  for (const [, step] of events) {
    connected += step;
    peak = Math.max(peak, connected);
  }
  return {
    calls: calls.length,
    conferences: distinct((call) => call.conference),
    rooms: distinct((call) => call.room),
    people: distinct((call) => call.person),
    billed_minutes: total((call) => call.billed ?? 0),
    calls_without_billing: calls.filter((call) => call.billed === null).length,
    connect_seconds: total((call) => call.connect),
    screen_seconds: total((call) => call.screen),
    hold_seconds: total((call) => call.hold),
    bad_calls: bad.length,
    rated_calls: rated.length,
    bad_share: rated.length === 0 ? null : bad.length / rated.length,
    audio_share: calls.length === 0 ? null : calls.filter((call) => call.tracks.audio).length / calls.length,
    video_calls: calls.filter((call) => call.tracks.video).length,
    peak_concurrent: peak,
    send_video_bad_share: sends.length === 0 ? null : sends.filter((value) => value === "Bad").length / sends.length,
    receive_audio_bitrate_p50: quantile(numbers("receive", "audio", "avg_bitrate"), 0.5),
    receive_video_bitrate_p95: quantile(numbers("receive", "video", "avg_bitrate"), 0.95),
    receive_video_bad_percent: badPercent.length === 0 ? null : badPercent.reduce((sum, value) => sum + value, 0) / badPercent.length,
  };
}
