/** An account as its route gives it. */
export interface Account {
  id: string;
  name: string;
  baseUrl: string;
  appId: string;
  retentionDays: number | null;
  takesNotices: boolean;
  countsWithdrawn: boolean;
  countsDoubled: boolean;
  /** Calls that are held of it; null for whoever sees a part of them. */
  calls: number | null;
}

export interface RemovedAccount {
  id: string;
  name: string;
  /** ms. */
  removedAt: number;
  calls: number;
  /** Whether they count in figures over all accounts. */
  counted: boolean;
}

/** Calls that two accounts both have. */
export interface Overlap {
  counted: { id: string; name: string };
  other: { id: string; name: string };
  calls: number;
  countBoth: boolean;
}

export interface AccountsAnswer {
  rows: Account[];
  removed: RemovedAccount[];
  overlaps: Overlap[];
}
