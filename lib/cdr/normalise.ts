import { createHash } from "node:crypto";
import { own } from "../names";
import { clientOf } from "./agent";
import { type Call, type Track, tracks } from "./call";
import { type Field, type FieldName, fields } from "./fields";
import { networkOf } from "./network";

type Json = Record<string, unknown>;

/** A record that cannot be placed; the message is the reason shown beside the raw record. */
class Unplaceable extends Error {}

const empty: Json = {};

function group(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : empty;
}

/**
 * Longer texts are cut: no name, id or agent is so long, and an engine holds the texts of thousands of calls in memory at
 * once. The raw record keeps them whole.
 */
export const mostTextLength = 2_000;

/**
 * A text as it can be stored: cut where it is too long, between two characters, and well-formed. What is changed ends with a
 * hash of the whole, so that different persons, rooms and conferences stay different.
 */
function storable(text: string): string {
  if (text.length <= mostTextLength && text.isWellFormed()) return text;
  const mark = `…${createHash("sha256").update(Buffer.from(text, "utf16le")).digest("hex").slice(0, 24)}`;
  const cut = text.slice(0, mostTextLength - mark.length);
  // A pair that was cut in two leaves its first half at the end.
  const whole = text.length > cut.length && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
  return whole.toWellFormed() + mark;
}

function wholeText(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function text(value: unknown): string | null {
  const whole = wholeText(value);
  return whole === null ? null : storable(whole);
}

function flag(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || (typeof value === "string" && value.toLowerCase() === "true");
}

const numeric = /^\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*$/;

/** A number where a count belongs: null when absent, an error when negative, not finite, absurd or no number. */
function amount(value: unknown, path: string, most: number): number | null {
  if (value === undefined || value === null || value === "") return null;
  const number = typeof value === "string" && numeric.test(value) ? Number(value) : value;
  if (typeof number !== "number") throw new Unplaceable(`${path} is not a number`);
  if (!Number.isFinite(number)) throw new Unplaceable(`${path} is not finite`);
  if (number < 0) throw new Unplaceable(`${path} is negative`);
  if (number > most) throw new Unplaceable(`${path} is absurdly large`);
  return number;
}

/** A measurement that no figure is billed by (bit rates, percentages): unusable values count as absent. */
function measurement(value: unknown): number | null {
  const number = typeof value === "string" && numeric.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null;
}

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?)?$/;

/** An ISO time as ms since 1970; a text without a zone is UTC (vendor doc: "Time Zone: UTC"). Null when it is none. */
export function instant(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const match = iso.exec(value);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (year < 2000 || year > 2100 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null;
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCDate() !== day) return null;
  const zone = zoneMs(match[8]);
  if (zone === null) return null;
  const milliseconds = match[7] ? Math.floor(Number(`0.${match[7]}`) * 1000 + 1e-6) : 0;
  return midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 + milliseconds - zone;
}

/** Null for an offset that no place on earth has. */
function zoneMs(zone: string | undefined): number | null {
  if (!zone || zone === "Z" || zone === "z") return 0;
  const sign = zone[0] === "-" ? -1 : 1;
  const digits = zone.slice(1).replace(":", "");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  return hours > 14 || minutes > 59 ? null : sign * (hours * 60 + minutes) * 60_000;
}

function rated(value: unknown): boolean | null {
  if (typeof value !== "string") return null;
  const word = value.trim().toLowerCase();
  return word === "bad" ? true : word === "good" ? false : null;
}

/** The record with its keys in one order, so that a record delivered twice has one hash. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}

type Identity = Pick<Call, "call_id" | "id_source">;

/** `cdr_id`; else log ID, call number and connect time together; null without them. */
function givenIdentity(record: Json): Identity | null {
  const cdrId = wholeText(record.cdr_id);
  if (cdrId !== null) return { call_id: cdrId, id_source: "cdr_id" };
  const parts = [record.call_log_id, record.call_num, at(record, "room.connect_dt")].map(wholeText);
  return parts.every((part) => part !== null) ? { call_id: `log:${parts.join("|")}`, id_source: "log" } : null;
}

/** What the record gives to tell it by; a hash of it where that is nothing, or too long. */
function identity(record: Json): Identity {
  const given = givenIdentity(record);
  if (given && given.call_id.length <= mostTextLength) return given;
  const hash = createHash("sha256")
    .update(JSON.stringify(canonical(record)))
    .digest("hex");
  return { call_id: `hash:${hash}`, id_source: "hash" };
}

function combination(published: Record<Track, boolean>): string {
  return tracks.filter((track) => published[track]).join("+") || "none";
}

/**
 * One record as a Call, or the reason why it cannot be placed (not an object; no usable `trans_date`; a negative,
 * non-finite or absurd number where a count belongs). Absent groups and fields are null, never a made-up value.
 */
export function normalise(record: unknown): { call: Call } | { reason: string } {
  try {
    return { call: toCall(record) };
  } catch (error) {
    if (error instanceof Unplaceable) return { reason: error.message };
    throw error;
  }
}

function toCall(record: unknown): Call {
  if (typeof record !== "object" || record === null || Array.isArray(record)) throw new Unplaceable("not an object");
  const logged = instant((record as Json).trans_date);
  if (logged === null) throw new Unplaceable("no usable trans_date");
  const read = {} as Pick<Call, FieldName>;
  for (const [name, field] of Object.entries(fields)) Object.assign(read, { [name]: readField(record as Json, field) });
  const bad = rated(at(record as Json, "stats_quality.call_quality"));
  return {
    ...read,
    ...identity(record as Json),
    logged_ms: logged,
    person: read.user_ref ?? read.user_name,
    network: networkOf(read.ip),
    ...clientOf(read.agent),
    track_combination: combination(read),
    quality: bad === null ? null : bad ? "Bad" : "Good",
  };
}

/** The value at a path; undefined where a group on the way is no object. */
export function at(record: Json, path: string): unknown {
  let value: unknown = record;
  for (const name of path.split(".")) value = own(group(value), name);
  return value;
}

function readField(record: Json, { paths, kind, most }: Field): string | number | boolean | null {
  const values = paths.map((path) => at(record, path));
  switch (kind) {
    case "text":
      return values.map(text).find((value) => value !== null) ?? null;
    case "flag":
      return values.some(flag);
    case "instant":
      return instant(values[0]);
    case "amount":
      return amount(values[0], paths[0] as string, most as number);
    case "measurement":
      return measurement(values[0]);
    case "rated":
      return rated(values[0]);
  }
}
