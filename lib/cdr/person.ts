import { z } from "zod";
import { cdrRecord } from "./contract";

type Group = Record<string, unknown>;
/** The fields of a group that the contract knows; null where it is a value. */
type Known = Map<string, Known | null>;

const isGroup = (value: unknown): value is Group => typeof value === "object" && value !== null && !Array.isArray(value);

function knownOf(type: z.core.$ZodType): Known | null {
  if (type instanceof z.ZodObject) return new Map(Object.entries(type.shape).map(([name, inner]) => [name, knownOf(inner as z.core.$ZodType)]));
  const { innerType } = type._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? knownOf(innerType) : null;
}

const known = knownOf(cdrRecord) as Known;
// Of a user the role alone; of the room's definition, which is no group of the contract's, its name.
known.set("user", new Map([["role", null]]));
known.get("room")?.set("room_details", new Map([["name", null]]));

/** What the contract knows of a value, at every depth: nobody knows what the rest holds. */
function pick(value: unknown, fields: Known | null): unknown {
  if (!fields) return typeof value === "object" && value !== null ? undefined : value;
  if (!isGroup(value)) return undefined;
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (fields.has(name) ? [[name, pick(inner, fields.get(name) ?? null)]] : [])));
}

/** A record's text without what tells of a person, and without every field that the contract does not know. What is no record becomes null. */
export function maskedJson(text: string): string {
  try {
    return JSON.stringify(pick(JSON.parse(text), known) ?? null);
  } catch {
    return "null";
  }
}
