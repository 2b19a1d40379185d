import { openState } from "./state";

/** Another server on the same PostgreSQL may write too; what it wrote shows after this long. */
const longestMs = 2_000;

/** A read, with what has to be called after every write to what it reads. */
export type Kept<T> = (() => Promise<T>) & { forget: () => Promise<void> };

/**
 * A small read that nearly every request makes, kept beside the open store: the embedded PostgreSQL runs in the thread of
 * the requests and takes about a millisecond for each. What this process writes shows at once.
 */
export function kept<T>(name: string, read: () => Promise<T>): Kept<T> {
  const get = async () => {
    const { kept } = await openState();
    const held = kept.get(name);
    if (held && Date.now() - held.at < longestMs) return held.value as Promise<T>;
    const value = read();
    kept.set(name, { at: Date.now(), value });
    value.catch(() => kept.delete(name));
    return value;
  };
  return Object.assign(get, {
    async forget() {
      (await openState()).kept.delete(name);
    },
  });
}
