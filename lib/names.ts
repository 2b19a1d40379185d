/**
 * What an object holds under a name; undefined where it holds nothing. Names come from feeds, files and addresses: one called
 * `constructor` must not find what every object has. Nothing else looks up a text in an object (lib/names.test.ts).
 */
export function own<T>(object: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The name that an answer tells of a value, null where it tells none. */
export const nameOf = (names: Record<string, string> | undefined, value: unknown): string | null => own(names, String(value)) ?? null;
