import type { RecordText } from "../cdr";
import type { Scope } from "../scope";

/** A value bound to a statement. Text, numbers and flags only: identifiers never come from outside. */
export type SqlValue = string | number | boolean | null;

/** SQL text with its bound values, in the placeholder form of the engine's dialect. */
export interface Statement {
  sql: string;
  values: SqlValue[];
}

/** The few places where the engines' SQL differs. Everything else in a statement is the SQL that both speak. */
export interface Dialect {
  /** The placeholder of the n-th bound value (from 1). */
  placeholder(position: number, value: SqlValue): string;
  /** An exact, interpolated quantile of a numeric expression; nulls are left out. */
  quantile(share: number, expression: string): string;
  /** year × 12 + month − 1 of local wall-clock milliseconds. */
  month(localMs: string): string;
  /** Whole-number division that rounds towards minus infinity. */
  floorDivide(expression: string, divisor: number): string;
  /** An instant in ms as ISO 8601 text in UTC with milliseconds. */
  isoText(ms: string): string;
  /** A decimal of six places from its text. */
  amount(text: string): string;
  /** An exact decimal as text, so that it leaves the engine without a loss. */
  exact(expression: string): string;
  /** A number as text with a decimal comma. */
  decimalComma(number: string): string;
  /** A text as a cell that no spreadsheet takes for a formula; see lib/export/csv. */
  harmless(text: string): string;
  /** A whole number or decimal as a double, so that it leaves the engine as a JavaScript number. */
  double(expression: string): string;
  /** Of a group, the value that belongs to the largest `by`; nulls are left out. */
  latest(value: string, by: string): string;
  /** The tag of a call's room, by `room_labels`. */
  roomTag: string;
  /** A lasting stand-in for a text, such as `person-4f1c…`: the same for the same text, and no way back to it. */
  pseudonym(kind: string, text: string): string;
  /** No text: null, as a text column has it. */
  noText: string;
  /** The rows of `directory` for the calls that stand after FROM. */
  directory(calls: string): string;
  /** Case-insensitive test whether a text contains another. */
  contains(expression: string, part: string): string;
  /** The same where both are in lower case already: it takes less than half the time. */
  containsLower(expression: string, part: string): string;
}

/** What one load did. */
export interface LoadOutcome {
  /** Calls of the answer, each identity once. */
  calls: number;
  /** Sightings beyond the first within this answer. */
  duplicates: number;
  /** Rejected records, each text once. */
  rejected: number;
}

/** Whole UTC days of which an answer holds every call: from an instant on, and up to another, which is not in it (ms). */
export interface Covered {
  start: number;
  end: number;
  /** When the answer was asked for (ms): what was logged later it cannot hold. */
  fetchedAt: number;
}

/** A UTC day of an account of which every call was loaded. */
export interface LoadedDay {
  account: string;
  /** Whole days since 1970. */
  day: number;
  /** When the answer was asked for (ms). */
  fetchedAt: number;
  /** The load that it came with; loads are numbered upwards. */
  load: number;
}

/** What is held of an account's UTC day. */
export interface DayCount {
  account: string;
  day: number;
  calls: number;
  /** Calls that the last answer for their day did not have any more. */
  withdrawn: number;
}

/** An account as the warehouse knows it, so that it is found again by its project when the state store has lost it. */
export interface WarehouseAccount {
  id: string;
  /** Origin and APP_ID; null for calls that belong to no project. */
  project: string | null;
  name: string;
}

export interface HeldAccount {
  id: string;
  /** Null for an account that was never told of. */
  project: string | null;
  name: string | null;
  calls: number;
}

/** Calls that two accounts both have. */
export interface Overlap {
  /** Under which they count where both are looked at. */
  counted: string;
  other: string;
  calls: number;
}

/** What tells a warehouse from every other. */
export interface WarehouseIdentity {
  id: string;
  /** Whether anything was ever loaded into it. */
  isEmpty: boolean;
  /** True when it was made, or brought up from a version that knew no identity, by this opening. */
  isNew: boolean;
}

/** What people call a room, and the department or cost centre that it belongs to. */
export interface RoomLabel {
  roomId: string;
  label: string | null;
  tag: string | null;
}

export type Row = Record<string, SqlValue>;

/** What a purge did. */
export interface Purged {
  /** Calls that it treated. */
  calls: number;
  /** Raw records that could not be read, and were taken away whole: nobody can tell whom they name. */
  unreadable: number;
  /** Files of raw records that this warehouse does not know, set aside at a start: nobody can tell whom they name. */
  setAside: number;
}

/**
 * The columnar store of calls, raw records and rejected records. Tables that statements may name: `calls` (the columns of
 * `columns.ts`, and `account`, `seq`, `sightings`), `rejected_records` (`account`, `hash`, `reason`, `raw`,
 * `first_ms`, `last_ms`, `sightings`), `changed_calls` (`account`, `call_id`, `seen_ms`, `fields`, `billed_before`,
 * `billed_after`: calls whose record came again with something else in it), `withdrawn_calls` (`seq`, `since_ms`: calls that a
 * later answer for their day did not have any more), `doubled_calls` (`seq`, `account`, `other_seq`: calls that count under that
 * account where it is looked at too), `room_labels` (`room_id`, `label`, `tag`) and, after `refreshDirectory`, `directory`
 * (`kind`: room, conference or person; `id`, `name`, `words`: both in lower case, `calls`, `last_ms`). How raw records are kept is the engine's own affair.
 */
export interface Warehouse {
  readonly dialect: Dialect;
  /**
   * Loads an answer, given as batches of record texts (UTF-8 JSON), in one transaction: all of it, or nothing when the iteration throws. Idempotent by (account,
   * call_id): the record of the load that began last wins, sightings add up. A rejected record is kept once per account;
   * one that is no JSON is rejected too. Every record is read by the rules of `normalise`. Errors: `storage_full` when the disk
   * is; whatever the iteration throws. With covered days, these are loaded from then on, calls of theirs that the answer did not
   * have are withdrawn, and its outcome tells of their calls alone: an answer may hold more than was wanted.
   */
  load(account: string, batches: AsyncIterable<RecordText[]>, covered?: Covered): Promise<LoadOutcome>;
  /** Every day that is loaded. */
  loadedDays(): Promise<LoadedDay[]>;
  /** Takes days for loaded that another store says are: for stores of before, where it alone knew. */
  takeLoadedDays(days: Omit<LoadedDay, "load">[]): Promise<void>;
  /** What is held of the UTC days from one to another, both included, days without calls left out. */
  countDays(from: number, to: number): Promise<DayCount[]>;
  /** Rejected records of an account that came at an instant (ms) or later. */
  rejectedSince(account: string, since: number): Promise<number>;
  identity(): Promise<WarehouseIdentity>;
  /** Connections that are in use: some for each load, one for every statement, stream and file under way. */
  connectionsInUse(): number;
  /** Whether there are calls that were withdrawn, and calls that several accounts have: nearly always neither. */
  marks(): Promise<{ withdrawn: boolean; doubled: boolean }>;
  /** Tells of the accounts that there are, in their order: a call that several have counts under the first. */
  setAccounts(accounts: WarehouseAccount[]): Promise<void>;
  /** Every account that was told of, or that calls are held of. */
  heldAccounts(): Promise<HeldAccount[]>;
  overlaps(): Promise<Overlap[]>;
  /** Gives everything of one account to another. Calls that both have become one. */
  moveAccount(from: string, to: string): Promise<void>;
  /** Takes an account's calls away for good, with their raw records and what was rejected. Returns how many there were. */
  takeAway(account: string): Promise<number>;
  /** Replaces `room_labels`. The state store is where labels are kept; the engine needs them beside the calls. */
  setRoomLabels(labels: RoomLabel[]): Promise<void>;
  /** Brings `directory` up to date with the loads since it was made. Searching it is a fraction of searching the calls. */
  refreshDirectory(): Promise<void>;
  /** The raw record of a call, as it came, and without the person where names are hidden; null for an unknown one. Error: `storage_damaged` where it cannot be read. */
  rawRecord(account: string, callId: string, scope: Scope): Promise<string | null>;
  /** Takes names, refs, addresses and agents, and the same in raw records, out of an account's calls logged before an instant (ms). Every figure stays. Returns how many calls it treated. */
  purgeBefore(account: string, before: number): Promise<number>;
  /** The same for every call of a person (by ref, by name where there is no ref, or by pseudonym), also for those that come later. */
  erasePerson(person: string): Promise<Purged & { pseudonym: string }>;
  /** Treats what came of erased persons since. */
  purgeErased(): Promise<number>;
  /** All rows of a statement. Whole numbers and decimals come as JavaScript numbers. */
  query<T = Row>(statement: Statement): Promise<T[]>;
  /** The rows of a statement as they come, in groups; memory stays bounded however many there are. */
  stream<T = Row>(statement: Statement): AsyncIterable<T[]>;
  /**
   * The rows of a statement as CSV lines in UTF-8, without a heading, written by the engine itself: many times faster than row
   * by row. Flags are `true` and `false`, nulls empty. Ending the iteration early ends the statement.
   */
  csv(statement: Statement, delimiter: "," | ";"): AsyncIterable<Uint8Array>;
  /** Asks a real question. Throws what keeps it from being answered. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Collects bound values while a statement is written. */
export class Binder {
  readonly values: SqlValue[] = [];
  constructor(private readonly dialect: Dialect) {}
  /** Binds a value and returns its placeholder. */
  bind = (value: SqlValue): string => {
    this.values.push(value);
    return this.dialect.placeholder(this.values.length, value);
  };
  statement(sql: string): Statement {
    return { sql, values: this.values };
  }
}
