/** The part of the calls that somebody may see. An absent list sets no limit; rooms and tags add to each other. */
export interface Limits {
  /** Ids of accounts. */
  accounts?: string[] | undefined;
  rooms?: string[] | undefined;
  tags?: string[] | undefined;
}

/** What somebody sees of the calls: which of them, and whether persons are named. */
export interface Scope {
  limits: Limits;
  /** Further rooms and tags that a call must lie in as well: where two people's limits meet, and one list cannot say it. */
  also?: Pick<Limits, "rooms" | "tags">[] | undefined;
  /** Persons under a pseudonym, without names, refs and addresses. */
  masked: boolean;
}

/** Every call, with names: what runs by itself sees, and an admin. */
export const everything: Scope = { limits: {}, masked: false };

export const isLimited = ({ limits }: Scope) => Boolean(limits.accounts || limits.rooms || limits.tags);

type Places = Pick<Limits, "rooms" | "tags">;

const listed = (all: string[] | undefined, some: string[] | undefined) => (all && some ? all.filter((one) => some.includes(one)) : (all ?? some));
const isPart = (some: string[] = [], all: string[] = []) => some.every((one) => all.includes(one));
/** Whether whatever lies in some places lies in others too. */
const lieIn = (some: Places, others: Places) => isPart(some.rooms, others.rooms) && isPart(some.tags, others.tags);

/** Two places as one, where one list can say it: a room has an id and at most one tag. Null where it cannot. */
function met(one: Places, other: Places): Places | null {
  if (lieIn(one, other)) return one;
  if (lieIn(other, one)) return other;
  if (!one.tags && !other.tags) return { rooms: listed(one.rooms, other.rooms) };
  if (!one.rooms && !other.rooms) return { tags: listed(one.tags, other.tags) };
  return null;
}

const placesOf = ({ limits: { rooms, tags }, also = [] }: Scope): Places[] => [...(rooms || tags ? [{ rooms, tags }] : []), ...also];

/** What both of two scopes let see, and hidden where either hides. */
export function both(one: Scope, other: Scope): Scope {
  const places: Places[] = [];
  for (let next of [...placesOf(one), ...placesOf(other)]) {
    for (let index = 0; index < places.length; ) {
      const same = met(places[index] as Places, next);
      if (!same) index++;
      else {
        next = same;
        places.splice(index, 1);
        index = 0;
      }
    }
    places.push(next);
  }
  const accounts = listed(one.limits.accounts, other.limits.accounts);
  const [first, ...also] = places.map(({ rooms, tags }) => ({ ...(rooms ? { rooms } : {}), ...(tags ? { tags } : {}) }));
  return { limits: { ...(accounts ? { accounts } : {}), ...first }, ...(also.length > 0 ? { also } : {}), masked: one.masked || other.masked };
}

/** Whether every call that one scope lets see, another does too; names do not count here. */
export function isWithin(inner: Scope, outer: Scope): boolean {
  const isOneOf = outer.limits.accounts === undefined || (inner.limits.accounts !== undefined && isPart(inner.limits.accounts, outer.limits.accounts));
  return isOneOf && placesOf(outer).every((places) => placesOf(inner).some((own) => lieIn(own, places)));
}

/** What a scope is limited to, in words; null for all. */
export function limitsInWords({ limits, also = [] }: Scope): string | null {
  const told = [limits, ...also].map(({ accounts, rooms, tags }: Limits) =>
    [
      ...(accounts ? [`accounts ${accounts.join(", ") || "none"}`] : []),
      ...(rooms ? [`rooms ${rooms.join(", ") || "none"}`] : []),
      ...(tags ? [`room tags ${tags.join(", ") || "none"}`] : []),
    ].join("; "),
  );
  return told.filter(Boolean).join("; and of these only: ") || null;
}
