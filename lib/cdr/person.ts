import { cdrRecord } from "./contract";

type Group = Record<string, unknown>;

const known = Object.keys(cdrRecord.shape);
const isGroup = (value: unknown): value is Group => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A record without what tells of a person: of `user` the role is left, of the room's definition its name. Fields that the
 * contract does not know are left out too, since nobody knows what they hold. What is no record becomes null.
 */
function withoutPerson(record: unknown): Group | null {
  if (!isGroup(record)) return null;
  const kept: Group = Object.fromEntries(Object.entries(record).filter(([name]) => known.includes(name)));
  if (isGroup(record.user)) kept.user = "role" in record.user ? { role: record.user.role } : {};
  else delete kept.user;
  if (isGroup(record.room)) {
    const details = record.room.room_details;
    const { room_details: _, ...room } = record.room;
    kept.room = isGroup(details) ? { ...room, room_details: typeof details.name === "string" ? { name: details.name } : {} } : room;
  } else delete kept.room;
  return kept;
}

/** The same from text to text; what is no JSON becomes null. */
export function maskedJson(text: string): string {
  try {
    return JSON.stringify(withoutPerson(JSON.parse(text)));
  } catch {
    return "null";
  }
}
