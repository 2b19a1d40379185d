export type InTurn = <T>(run: () => Promise<T>) => Promise<T>;

/** Makes a queue: what is given to it runs one after the other, whether the one before ended well or not. */
export function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => {});
    return next;
  };
}
