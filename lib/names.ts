/**
 * The name that an answer tells of a value, null where it tells none. Values come from the feed: one called `constructor` must
 * not find what every object has.
 */
export const nameOf = (names: Record<string, string> | undefined, value: unknown): string | null =>
  names && Object.hasOwn(names, String(value)) ? (names[String(value)] as string) : null;
