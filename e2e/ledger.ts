/**
 * What an installation must hold, in plain loops: a second, simple ledger that is told of everything that is done to the real
 * one. It knows nothing of how that one is made.
 */

/** A call as the CDR API delivers it. */
export interface Delivered {
  id: string;
  day: string;
  minutes: number;
}

interface HeldCall extends Delivered {
  isWithdrawn: boolean;
  /** The number of the load that brought it. */
  at: number;
}

/** What a warehouse holds of one account. */
interface Shelf {
  project: string | null;
  calls: Map<string, HeldCall>;
  loaded: Set<string>;
}

export interface LedgerAccount {
  uid: string;
  project: string;
  name: string;
  key: string;
  isThere: boolean;
}

export interface WarehouseSide {
  id: number;
  shelves: Map<string, Shelf>;
}

export interface StateSide {
  /** In the order in which they were made. */
  accounts: LedgerAccount[];
  /** Warehouses that it has worked with. */
  known: Set<number>;
}

export const imported = "imported";

export class Ledger {
  warehouse: WarehouseSide = { id: 0, shelves: new Map() };
  state: StateSide = { accounts: [], known: new Set([0]) };
  private loads = 0;
  private uids = 0;

  shelf(uid: string, project: string | null): Shelf {
    const shelf = this.warehouse.shelves.get(uid) ?? { project, calls: new Map(), loaded: new Set() };
    this.warehouse.shelves.set(uid, shelf);
    return shelf;
  }

  callsOf(uid: string): number {
    return this.warehouse.shelves.get(uid)?.calls.size ?? 0;
  }

  present(project: string): LedgerAccount | undefined {
    return this.state.accounts.find((account) => account.project === project && account.isThere);
  }

  add(project: string, name: string, key: string): void {
    const before = this.state.accounts.find((account) => account.project === project);
    if (before) Object.assign(before, { name, key, isThere: true });
    else this.state.accounts.push({ uid: `u${this.uids++}`, project, name, key, isThere: true });
  }

  remove(account: LedgerAccount, takeAway: boolean): void {
    account.isThere = false;
    if (takeAway) this.warehouse.shelves.delete(account.uid);
    if (takeAway || this.callsOf(account.uid) === 0) this.state.accounts = this.state.accounts.filter((one) => one !== account);
  }

  /** A load of one day, with what the answer held of it and of the day after. */
  load(account: LedgerAccount, day: string, answer: Delivered[]): void {
    const shelf = this.shelf(account.uid, account.project);
    const at = ++this.loads;
    for (const call of answer) shelf.calls.set(call.id, { ...call, isWithdrawn: false, at });
    for (const call of shelf.calls.values()) if (call.day === day && call.at !== at) call.isWithdrawn = true;
    shelf.loaded.add(day);
  }

  import(uid: string, project: string | null, calls: Delivered[]): void {
    const shelf = this.shelf(uid, project);
    const at = ++this.loads;
    for (const call of calls) shelf.calls.set(call.id, { ...call, isWithdrawn: false, at });
  }

  /** What a start does: calls of an account that is not set up are those of a removed one, or of the account of the same project. */
  start(): void {
    this.state.known.add(this.warehouse.id);
    for (const [uid, shelf] of [...this.warehouse.shelves]) {
      if (uid === imported || shelf.calls.size === 0 || this.state.accounts.some((account) => account.uid === uid)) continue;
      const same = this.state.accounts.find(({ project }) => project === shelf.project);
      if (!same) this.state.accounts.push({ uid, project: shelf.project as string, name: "", key: "", isThere: false });
      else {
        const to = this.shelf(same.uid, same.project);
        for (const call of shelf.calls.values()) if ((to.calls.get(call.id)?.at ?? -1) < call.at) to.calls.set(call.id, call);
        for (const day of shelf.loaded) to.loaded.add(day);
        this.warehouse.shelves.delete(uid);
      }
    }
  }

  isEmpty(): boolean {
    return [...this.warehouse.shelves.values()].every(({ calls, loaded }) => calls.size === 0 && loaded.size === 0);
  }

  /** Accounts by the order in which a call of several of them counts: those that are there, those that were removed, files. */
  private ranked(): string[] {
    const uids = (isThere: boolean) => this.state.accounts.filter((account) => account.isThere === isThere).map(({ uid }) => uid);
    return [...uids(true), ...uids(false), imported];
  }

  /** Every call once, of how many accounts it is, and in how many of those it was withdrawn. */
  counted(): { call: HeldCall; uid: string; of: number; withdrawnIn: number }[] {
    const byId = new Map<string, { call: HeldCall; uid: string; of: number; withdrawnIn: number }>();
    for (const uid of this.ranked()) {
      for (const call of this.warehouse.shelves.get(uid)?.calls.values() ?? []) {
        const known = byId.get(call.id) ?? { call, uid, of: 0, withdrawnIn: 0 };
        known.of++;
        if (call.isWithdrawn) known.withdrawnIn++;
        byId.set(call.id, known);
      }
    }
    return [...byId.values()];
  }

  /** Removed accounts that left calls. */
  removed(): LedgerAccount[] {
    return this.state.accounts.filter(({ isThere, uid }) => !isThere && this.callsOf(uid) > 0);
  }

  /** Whether a day is loaded for every account that is loaded from; where there is none, for those that left calls. */
  isLoaded(day: string): boolean {
    const there = this.state.accounts.filter(({ isThere }) => isThere).map(({ uid }) => uid);
    const uids = there.length > 0 ? there : this.removed().map(({ uid }) => uid);
    return uids.length > 0 && uids.every((uid) => this.warehouse.shelves.get(uid)?.loaded.has(day));
  }
}
