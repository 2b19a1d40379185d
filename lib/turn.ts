type InTurn = <T>(run: () => Promise<T>) => Promise<T>;

/** Makes a queue: what is given to it runs one after the other, whether the one before ended well or not. */
export function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => {});
    return next;
  };
}

/** Work in two steps: while one piece of work is at its second step, the next may be at its first. */
export class TwoSteps {
  private readonly first = turns();
  private readonly second = turns();

  /** Does the two steps of a piece of work; resolves with what the second gives. */
  do<T>(first: () => Promise<unknown>, second: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.first(async () => {
        await first();
        // The first step is left when the second is entered, so that never more than two pieces of work are under way.
        await new Promise<void>((entered) => {
          this.second(() => {
            entered();
            return second();
          }).then(resolve, reject);
        });
      }).catch(reject);
    });
  }

  /** Runs something while no piece of work is under way. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    return this.first(() => this.second(run));
  }
}
