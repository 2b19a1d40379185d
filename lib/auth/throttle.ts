import { eq, inArray, lt, sql } from "drizzle-orm";
import { AppError } from "../error";
import { once } from "../once";
import { signInFailures, signInPlaces, state } from "../state";

/** Failures are forgotten so long after the last of them. */
const windowMs = 15 * 60_000;

/** So many wrong tries are free. After each further one there is a pause, which doubles up to the longest. */
interface Pace {
  free: number;
  firstMs: number;
  longestMs: number;
}

const paces = {
  /** Of one person or link from one address. */
  pair: { free: 5, firstMs: 2_000, longestMs: 60_000 },
  /** Of one person from anywhere: guessing from many addresses. */
  subject: { free: 30, firstMs: 1_000, longestMs: 5_000 },
  /** Of people who do not exist, from one address. */
  address: { free: 30, firstMs: 1_000, longestMs: 5_000 },
} satisfies Record<string, Pace>;

/** What a try came to: `open` neither counts as a failure nor clears those before. */
export type Tried = "right" | "wrong" | "open";

const { failures, lastAt, key: keyColumn } = signInFailures;

/** Takes away what slows nobody down any more, and places where nobody has been for long; once a minute. */
async function forgetOld(now: number): Promise<void> {
  const last = once("forgot-failures", () => ({ at: 0 }));
  if (last.at > now - 60_000) return;
  last.at = now;
  const db = await state();
  await db.delete(signInFailures).where(sql`${lastAt} < ${now - windowMs}`);
  await db.delete(signInPlaces).where(lt(signInPlaces.lastAt, now - placesMs));
}

/** Until when tries of a key are refused, as far as is known: who is refused again and again costs the store nothing. */
const refusals = () => once("refused-tries", () => new Bounded<number>(mostCallers));

/** Counts a try before it is made, so that many at once cannot slip through between looking and counting. Error: `throttled`. */
async function take(key: string, { free, firstMs, longestMs }: Pace): Promise<void> {
  const now = Date.now();
  const until = refusals().get(key) ?? 0;
  if (until > now) throw tooMany(until - now);
  const db = await state();
  await forgetOld(now);
  const isOld = sql`${lastAt} < ${now - windowMs}`;
  const pause = sql`least(${longestMs}, ${firstMs} * power(2, greatest(${failures} - ${free}, 0)))`;
  const taken = await db
    .insert(signInFailures)
    .values({ key, failures: 1, lastAt: now })
    .onConflictDoUpdate({
      target: keyColumn,
      set: { failures: sql`CASE WHEN ${isOld} THEN 1 ELSE least(${failures} + 1, ${free + 20}) END`, lastAt: now },
      setWhere: sql`${isOld} OR ${failures} < ${free} OR ${lastAt} + ${pause} <= ${now}`,
    })
    .returning({ failures });
  if (taken.length > 0) return;
  const [row] = await db
    .select({ until: sql<number>`(${lastAt} + ${pause})::float8` })
    .from(signInFailures)
    .where(eq(keyColumn, key));
  const end = Math.max(now + 1, row?.until ?? 0);
  refusals().set(key, end);
  throw tooMany(end - now);
}

function tooMany(ms: number): AppError {
  const seconds = Math.ceil(ms / 1000);
  return new AppError("throttled", `Too many failed tries. Try again in ${seconds} seconds.`, { retryAfterSeconds: seconds });
}

async function giveBack(key: string): Promise<void> {
  const db = await state();
  await db
    .update(signInFailures)
    .set({ failures: sql`greatest(${failures} - 1, 0)` })
    .where(eq(keyColumn, key));
}

/** A check takes its time; the pause comes after it. */
async function pauseFromNow(keys: string[]): Promise<void> {
  await (await state()).update(signInFailures).set({ lastAt: Date.now() }).where(inArray(keyColumn, keys));
}

/** How long a place is remembered, and how long what was read of them. */
const placesMs = 30 * 24 * 60 * 60_000;
const placesReadMs = 30_000;

const placeOf = (subject: string, address: string) => `${subject} ${address}`;
const keptPlaces = () => once("sign-in-places", () => ({ at: 0, places: Promise.resolve(new Set<string>()) }));

/** Where people have signed in from: as many as people have places, however many strangers ask. */
function places(): Promise<Set<string>> {
  const kept = keptPlaces();
  if (kept.at < Date.now() - placesReadMs) {
    kept.at = Date.now();
    kept.places = readPlaces();
    kept.places.catch(() => {
      kept.at = 0;
    });
  }
  return kept.places;
}

async function readPlaces(): Promise<Set<string>> {
  const rows = await (await state()).select().from(signInPlaces);
  return new Set(rows.map(({ subject, address }) => placeOf(subject, address)));
}

/** Remembers that somebody signed in from here. */
export async function rememberPlace(subject: string, address: string): Promise<void> {
  const now = Date.now();
  const target = [signInPlaces.subject, signInPlaces.address];
  await (await state())
    .insert(signInPlaces)
    .values({ subject, address, lastAt: now })
    .onConflictDoUpdate({ target, set: { lastAt: now } });
  keptPlaces().at = 0;
}

/**
 * Runs a check of a password or code of a subject (a person, a link) that an address sends. Wrong tries slow down what comes
 * after them, and never shut it out: those of the subject from this address; for people those of the subject from anywhere, but
 * for where they have signed in from before; and for those who are nobody all of the address. So no stranger's tries are those of
 * somebody else behind the same address. Error: `throttled`.
 */
export async function throttled<T extends { tried: Tried }>(
  subject: string,
  address: string,
  check: () => Promise<T>,
  { anywhere = true, isNobody = false }: { anywhere?: boolean; isNobody?: boolean } = {},
): Promise<T> {
  const ofPair = `pair:${placeOf(subject, address)}`;
  const isAnywhere = anywhere && !(await places()).has(placeOf(subject, address));
  // The widest first: of those who make up a name for each try, nothing more is written down once they are slowed.
  const wide = [
    ...(isNobody ? [{ key: `address:${address}`, pace: paces.address }] : []),
    ...(isAnywhere ? [{ key: `subject:${subject}`, pace: paces.subject }] : []),
  ];
  const taken: string[] = [];
  try {
    for (const { key, pace } of [...wide, { key: ofPair, pace: paces.pair }]) {
      await take(key, pace);
      taken.push(key);
    }
  } catch (error) {
    // Who is refused was not let try, so it is no try of what is wider either: others may share it.
    for (const key of taken) await giveBack(key);
    throw error;
  }
  const result = await check();
  if (result.tried === "wrong") await pauseFromNow(taken);
  else for (const key of taken) await giveBack(key);
  if (result.tried === "right") {
    await (await state()).delete(signInFailures).where(eq(keyColumn, ofPair));
    refusals().delete(ofPair);
  }
  return result;
}

/** So many callers of one kind are remembered; those that came longest ago are forgotten first. */
const mostCallers = 10_000;

/** A map that forgets what was set longest ago when it is full. */
class Bounded<T> extends Map<string, T> {
  constructor(private readonly most: number) {
    super();
  }
  override set(key: string, value: T): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value as string);
    return this;
  }
}

/** A bucket of `capacity` calls that refills evenly over a minute, per caller. Throws `throttled`. */
export function limitRate(name: string, caller: string, capacity: number): void {
  const buckets = once(`rate-${name}`, () => new Bounded<{ left: number; at: number }>(mostCallers));
  const now = Date.now();
  // After a minute a bucket is full again, as if its caller had never come.
  for (const [oldest, { at }] of buckets) {
    if (at > now - 60_000) break;
    buckets.delete(oldest);
  }
  const bucket = buckets.get(caller) ?? { left: capacity, at: now };
  bucket.left = Math.min(capacity, bucket.left + ((now - bucket.at) * capacity) / 60_000);
  bucket.at = now;
  buckets.set(caller, bucket);
  if (bucket.left < 1) {
    const seconds = Math.ceil(((1 - bucket.left) * 60) / capacity);
    throw new AppError("throttled", `Too many requests. Try again in ${seconds} seconds.`, { retryAfterSeconds: seconds });
  }
  bucket.left -= 1;
}
