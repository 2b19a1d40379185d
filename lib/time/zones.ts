import { DAY_MS, dayNumber, HOUR_MS, utcDay } from "./days";
import type { Period } from "./periods";

/** A stretch of time during which a zone keeps one offset. `from` included, `to` not; milliseconds UTC. */
export interface ZoneSegment {
  from: number;
  to: number;
  offsetMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      era: "short",
    });
    formats.set(zone, format);
  }
  return format;
}

/** True for an IANA zone name that this runtime knows. Bare offsets such as `+05:30` are refused: they name no zone. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What must be added to UTC milliseconds to read local wall-clock milliseconds at that instant. */
export function offsetAt(zone: string, ms: number): number {
  if (zone === "UTC") return 0;
  const whole = Math.floor(ms / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(whole)) parts[type] = Number(value);
  const local = Date.UTC(
    parts.year as number,
    (parts.month as number) - 1,
    parts.day as number,
    parts.hour as number,
    parts.minute as number,
    parts.second as number,
  );
  return local - whole;
}

/** The fixed-offset segments of a zone between two instants. A clock change is found to the second by bisection. */
export function zoneSegments(zone: string, from: number, to: number): ZoneSegment[] {
  const segments: ZoneSegment[] = [];
  let start = from;
  let offset = offsetAt(zone, from);
  for (let at = from; at < to; at += DAY_MS) {
    const next = Math.min(at + DAY_MS, to);
    const nextOffset = offsetAt(zone, next);
    if (nextOffset === offset) continue;
    let before = at;
    let after = next;
    while (after - before > 1000) {
      const middle = before + Math.max(1, Math.floor((after - before) / 2000)) * 1000;
      if (offsetAt(zone, middle) === offset) before = middle;
      else after = middle;
    }
    segments.push({ from: start, to: after, offsetMs: offset });
    start = after;
    offset = nextOffset;
  }
  segments.push({ from: start, to, offsetMs: offset });
  return segments;
}

/** The local calendar day of an instant. */
export function localDay(zone: string, ms: number): string {
  return utcDay(ms + offsetAt(zone, ms));
}

/**
 * The instants that hold the local days `from` to `to`, both included: `start` is the first instant of `from`,
 * `end` the first instant after `to`. Where a clock change at midnight repeats an hour, the stretch covers both passes.
 */
export function instantsOf(zone: string, from: string, to: string): { start: number; end: number } {
  const localStart = dayNumber(from) * DAY_MS;
  const localEnd = (dayNumber(to) + 1) * DAY_MS;
  // Offsets lie between -12 h and +14 h: two days on each side are more than enough.
  const segments = zoneSegments(zone, localStart - 2 * DAY_MS, localEnd + 2 * DAY_MS);
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const segment of segments) {
    const low = Math.max(segment.from, localStart - segment.offsetMs);
    const high = Math.min(segment.to, localEnd - segment.offsetMs);
    if (low >= high) continue;
    start = Math.min(start, low);
    end = Math.max(end, high);
  }
  return { start, end };
}

/** Hours that a clock change repeats. `from` (included) to `to` (not, ms UTC) is the second pass; hours are local, since 1970. */
export interface RepeatedHours {
  from: number;
  to: number;
  firstHour: number;
  lastHour: number;
  offsetBefore: number;
  offsetAfter: number;
}

/** The hours of a period that clock changes repeat: usually none, in a year with summer time one. */
export function repeatedHours({ from, to, tz }: Period): RepeatedHours[] {
  const { start, end } = instantsOf(tz, from, to);
  const segments = zoneSegments(tz, start, end);
  return segments.slice(1).flatMap((segment, index) => {
    const offsetBefore = (segments[index] as ZoneSegment).offsetMs;
    const offsetAfter = segment.offsetMs;
    if (offsetAfter >= offsetBefore) return [];
    const change = segment.from;
    return [
      {
        from: change,
        to: change + offsetBefore - offsetAfter,
        firstHour: Math.floor((change + offsetAfter) / HOUR_MS),
        lastHour: Math.floor((change + offsetBefore - 1) / HOUR_MS),
        offsetBefore,
        offsetAfter,
      },
    ];
  });
}

/** An offset as ISO 8601 writes it: `+05:30`. */
export function offsetText(offsetMs: number): string {
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  return `${offsetMs < 0 ? "-" : "+"}${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A local hour (hours since 1970) as a text: `2026-10-25T02:00`; of an hour that is repeated with its offset, `2026-10-25T02:00+01:00`. */
export function hourText(hour: number, isSecondPass: boolean, repeats: RepeatedHours[]): string {
  const text = new Date(hour * HOUR_MS).toISOString().slice(0, 16);
  const repeated = repeats.find(({ firstHour, lastHour }) => hour >= firstHour && hour <= lastHour);
  return repeated ? `${text}${offsetText(isSecondPass ? repeated.offsetAfter : repeated.offsetBefore)}` : text;
}

/** Every local hour of a period as `hourText` writes it: 23 or 25 on a day on which the clock changes. */
export function hoursOf(period: Period): string[] {
  const { start, end } = instantsOf(period.tz, period.from, period.to);
  const repeats = repeatedHours(period);
  const hours = zoneSegments(period.tz, start, end).flatMap(({ from, to, offsetMs }) => {
    const first = Math.floor((from + offsetMs) / HOUR_MS);
    const count = Math.floor((to + offsetMs - 1) / HOUR_MS) - first + 1;
    return Array.from({ length: count }, (_, index) =>
      hourText(
        first + index,
        repeats.some((one) => one.from === from),
        repeats,
      ),
    );
  });
  return [...new Set(hours)];
}
