import { AppError } from "./error";
import { once } from "./once";

export interface QueueBounds {
  /** Pieces of work under way at once. */
  atOnce: number;
  /** Pieces that may wait, of all owners and of one. */
  waiting: number;
  perOwner: number;
  /** What is told when it is full, and after how many seconds to try again. */
  full: string;
  retryAfterSeconds: number;
}

interface Waiting {
  owner: string;
  go: () => void;
}

/** A queue with bounds, in which the owner whose last turn is the longest ago comes first: whoever asks for much waits for it alone. */
export class Queue {
  private running = 0;
  private readonly line: Waiting[] = [];
  /** Owners in the order of their last turns. */
  private readonly lastTurns = new Map<string, number>();
  private turn = 0;

  constructor(private readonly bounds: QueueBounds) {}

  /** Does a piece of work in its turn; whoever leaves meanwhile loses the place. Errors: `busy` when the queue is full; what the work throws; the signal's reason. */
  async run<T>(owner: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.enter(owner, signal);
    try {
      return await work();
    } finally {
      this.running--;
      this.next();
    }
  }

  /** How much is under way and waits. */
  get load(): { running: number; waiting: number } {
    return { running: this.running, waiting: this.line.length };
  }

  private async enter(owner: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { atOnce, waiting, perOwner, full, retryAfterSeconds } = this.bounds;
    if (this.running < atOnce) return this.begin(owner);
    const ofOwner = this.line.filter((one) => one.owner === owner).length;
    if (ofOwner >= perOwner || this.line.length >= waiting) throw new AppError("busy", full, { retryAfterSeconds });
    await new Promise<void>((resolve, reject) => {
      const left = () => {
        this.line.splice(this.line.indexOf(place), 1);
        reject(signal?.reason);
      };
      const place: Waiting = {
        owner,
        go: () => {
          signal?.removeEventListener("abort", left);
          resolve();
        },
      };
      this.line.push(place);
      signal?.addEventListener("abort", left, { once: true });
    });
  }

  private begin(owner: string): void {
    this.running++;
    this.lastTurns.delete(owner);
    this.lastTurns.set(owner, ++this.turn);
    // Who has not been here for long comes first anyhow.
    for (const oldest of this.lastTurns.keys()) {
      if (this.lastTurns.size <= this.bounds.waiting + this.bounds.atOnce) break;
      this.lastTurns.delete(oldest);
    }
  }

  private next(): void {
    if (this.running >= this.bounds.atOnce || this.line.length === 0) return;
    const lastTurn = ({ owner }: Waiting) => this.lastTurns.get(owner) ?? 0;
    const first = this.line.reduce((best, one) => (lastTurn(one) < lastTurn(best) ? one : best));
    this.line.splice(this.line.indexOf(first), 1);
    this.begin(first.owner);
    first.go();
  }
}

const inAMoment = "Try again in a moment.";

/**
 * The queues of the process. Each kind of work that takes long has one, so that none of them takes every core, every thread of
 * the runtime's or all memory, and none waits for another.
 */
export const queueBounds = {
  /** Figures that look at every call of a period: the audit, Why, contrasts, the forecast. */
  heavy: { atOnce: 1, waiting: 24, perOwner: 4, full: `Too many long reports are being made at once. ${inAMoment}`, retryAfterSeconds: 10 },
  /** Their statements, and those of files: the cores are for what is quick. One of either asks a dozen at a time. */
  statements: { atOnce: 1, waiting: 500, perOwner: 200, full: `Too much is being looked through at once. ${inAMoment}`, retryAfterSeconds: 10 },
  /** Files to be taken away. */
  files: { atOnce: 2, waiting: 48, perOwner: 8, full: `Too many files are being made at once. ${inAMoment}`, retryAfterSeconds: 10 },
  /** Reports that go out as one page: a dozen statements each. */
  reports: { atOnce: 2, waiting: 48, perOwner: 4, full: `Too many reports are being made at once. ${inAMoment}`, retryAfterSeconds: 10 },
  /** What goes through everything stored, and keeps loads waiting meanwhile: persons and accounts that are taken out. */
  erasures: { atOnce: 1, waiting: 8, perOwner: 4, full: `Others are being erased. ${inAMoment}`, retryAfterSeconds: 30 },
  /** Files that are read: tables of other people's making, and of any size. */
  tables: { atOnce: 1, waiting: 4, perOwner: 2, full: `Too many files are being read at once. ${inAMoment}`, retryAfterSeconds: 10 },
  /** Hashes of passwords: 128 MB each. */
  passwords: { atOnce: 1, waiting: 20, perOwner: 2, full: `Too many sign in at once. ${inAMoment}`, retryAfterSeconds: 5 },
} satisfies Record<string, QueueBounds>;

export type QueueName = keyof typeof queueBounds;

export const queue = (name: QueueName): Queue => once(`queue-${name}`, () => new Queue(queueBounds[name]));

export const queueNames = Object.keys(queueBounds) as QueueName[];
