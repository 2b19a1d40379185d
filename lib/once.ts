/**
 * One value per process under a name. Next bundles routes, pages and the start-up hook separately,
 * so a module variable would exist several times; `globalThis` exists once.
 */
export function once<T>(name: string, make: () => T): T {
  const store = globalThis as unknown as Record<symbol, unknown>;
  const key = Symbol.for(`meetledger.${name}`);
  if (!(key in store)) store[key] = make();
  return store[key] as T;
}

/** Forgets a value, so that the next `once` makes it anew (after closing, in tests). */
export function forget(name: string): void {
  delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(`meetledger.${name}`)];
}
