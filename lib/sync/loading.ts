import { type CdrClient, type ReadRecord, retrying } from "../cdr";
import { addDays, daysBetween, instantsOf } from "../time";
import { type LoadOutcome, warehouse } from "../warehouse";
import { clearFailed } from "./coverage";
import type { Window } from "./plan";

/** What is known of a job only while it runs. */
export interface Running {
  abort: AbortController;
  /** Records that have come in windows under way. */
  arriving: number;
  since: number;
  arrivedAtSince: number;
  rate: number | null;
  arrived: number;
  cancelledBy: string | null;
}

/** A window under way. */
export class Loading {
  /** Records that have come, not counted in the job's calls yet. */
  private arrived = 0;
  private tellRead: (isWhole: boolean) => void = () => {};
  /** Resolves once the whole answer has come (true), or the load has failed (false). */
  readonly read = new Promise<boolean>((resolve) => {
    this.tellRead = resolve;
  });
  readonly outcome: Promise<LoadOutcome>;

  constructor(
    private readonly client: CdrClient,
    private readonly account: string,
    readonly window: Window,
    private readonly live: Running,
  ) {
    this.outcome = this.load();
    this.outcome.catch(() => this.tellRead(false));
  }

  /** Records that came in a day. */
  get perDay(): number {
    return this.arrived / this.days.length;
  }

  get days(): string[] {
    return daysBetween(this.window.from, this.window.to);
  }

  /** Its records are counted elsewhere, or count no more. */
  settle(): void {
    this.live.arriving -= this.arrived;
    this.arrived = 0;
  }

  /**
   * The request asks for a day more at the end, so that it covers the window whether `to` is inclusive or not; what comes
   * of that further day is kept too.
   */
  private async load(): Promise<LoadOutcome> {
    const { client, account, window, live } = this;
    const store = await warehouse();
    const outcome = await retrying(async () => {
      const fetchedAt = Date.now();
      this.settle();
      const batches = await client.open({ kind: "period", from: window.from, to: addDays(window.to, 1) }, live.abort.signal);
      // The further day is counted by the window that asks for it.
      return store.load(account, this.counted(batches), { ...instantsOf("UTC", window.from, window.to), fetchedAt });
    }, live.abort.signal);
    await clearFailed(account, window.from, window.to);
    return outcome;
  }

  private async *counted(batches: AsyncIterable<ReadRecord[]>): AsyncGenerator<ReadRecord[], void, undefined> {
    const { live } = this;
    for await (const batch of batches) {
      this.arrived += batch.length;
      live.arriving += batch.length;
      live.arrived += batch.length;
      const now = Date.now();
      if (now - live.since >= 1000) {
        live.rate = Math.round(((live.arrived - live.arrivedAtSince) * 1000) / (now - live.since));
        live.since = now;
        live.arrivedAtSince = live.arrived;
      }
      yield batch;
    }
    this.tellRead(true);
  }
}
