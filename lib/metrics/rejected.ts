import type { Scope } from "../scope";
import { Binder, warehouse } from "../warehouse";
import { resolveAccounts } from "./accounts";

export interface Rejected {
  /** Names the record: the same wherever and whenever it comes. */
  hash: string;
  account: string;
  reason: string;
  /** The record as it came, its first 16,000 characters where it is longer; null where names are hidden, empty once it was purged. */
  raw: string | null;
  /** ISO. */
  firstAt: string;
  lastAt: string;
  sightings: number;
}

/** Rejected records, the latest first, and how many there are. */
export async function listRejected(accounts: string[] | undefined, limit: number, offset: number, scope: Scope): Promise<{ rows: Rejected[]; total: number }> {
  const { filter } = await resolveAccounts(accounts, scope);
  const store = await warehouse();
  const binder = new Binder(store.dialect);
  const where = filter ? ` WHERE account IN (${filter.map(binder.bind).join(", ")})` : "";
  const rows = await store.query<{
    hash: string;
    account: string;
    reason: string;
    raw: string;
    first_ms: number;
    last_ms: number;
    sightings: number;
    total: number;
  }>(
    binder.statement(
      `SELECT hash, account, reason, raw, first_ms, last_ms, sightings, ${store.dialect.double("count(*) OVER ()")} AS total
       FROM rejected_records${where} ORDER BY last_ms DESC, hash LIMIT ${limit} OFFSET ${offset}`,
    ),
  );
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map(({ hash, account, reason, raw, first_ms, last_ms, sightings }) => ({
      hash,
      account,
      reason,
      raw: scope.masked ? null : raw,
      firstAt: new Date(first_ms).toISOString(),
      lastAt: new Date(last_ms).toISOString(),
      sightings,
    })),
  };
}
