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
  /** Persons under a pseudonym, without names, refs and addresses. */
  masked: boolean;
}

/** Every call, with names: what runs by itself sees, and an admin. */
export const everything: Scope = { limits: {}, masked: false };

export const isLimited = ({ limits }: Scope) => Boolean(limits.accounts || limits.rooms || limits.tags);

/** What a scope is limited to, in words; null for all. */
export function limitsInWords({ limits: { accounts, rooms, tags } }: Scope): string | null {
  const told = [
    ...(accounts ? [`accounts ${accounts.join(", ") || "none"}`] : []),
    ...(rooms ? [`rooms ${rooms.join(", ") || "none"}`] : []),
    ...(tags ? [`room tags ${tags.join(", ") || "none"}`] : []),
  ];
  return told.length > 0 ? told.join("; ") : null;
}
