"use client";

import { useSyncExternalStore } from "react";

const never = () => () => {};
const none: string[] = [];
const lists = new Map<string, string[]>();

function valuesOf(kind: "timeZone" | "currency"): string[] {
  const known = lists.get(kind) ?? Intl.supportedValuesOf(kind);
  lists.set(kind, known);
  return known;
}

/** Every zone or currency that this browser knows. Empty on the server and at first, because the two know different ones. */
export function useIntlValues(kind: "timeZone" | "currency"): string[] {
  return useSyncExternalStore(
    never,
    () => valuesOf(kind),
    () => none,
  );
}
