import { AsyncLocalStorage } from "node:async_hooks";
import { setMaxListeners } from "node:events";
import { once } from "./once";

/** Whom a piece of work is done for. */
export interface Reader {
  /** Who it is, for queues that are fair to people. */
  name: string;
  /** Aborted when they have gone: what is still to be done for them need not be. */
  signal: AbortSignal;
  /** Whether the work is of a kind that takes long. It then takes nothing from what is quick. */
  isHeavy: boolean;
  /** Whether an answer is read, and not its headers alone. */
  takesBody: boolean;
  /** Whether an answer may begin before it is whole; with HTTP/1.0 it may not. */
  takesParts: boolean;
}

const readers = () => once("readers", () => new AsyncLocalStorage<Reader>());

/** Whoever the present work is for; undefined for work of nobody's, such as what goes on at set times. */
export const reader = (): Reader | undefined => readers().getStore();

export function workFor<T>(someone: Reader, run: () => T): T {
  // Each statement of theirs listens while it runs, and no more: many at once are no leak.
  setMaxListeners(0, someone.signal);
  return readers().run(someone, run);
}

/** For what several readers share: that the first of them leaves must not take it from the others. */
export const workForAll = <T>(run: () => T): T => readers().exit(run);
