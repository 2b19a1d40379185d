"use client";

import { createContext, useContext } from "react";

/** What every page knows: who looks, at which accounts, in which zone and number format. */
export interface Workspace {
  person: { id: string; name: string; email: string; role: "viewer" | "analyst" | "admin" };
  accounts: { id: string; name: string }[];
  timeZone: string;
  locale: string;
  currency: string;
  /** The server's clock when the page was made, ms. Server and browser agree on "today" by it. */
  now: number;
}

const Context = createContext<Workspace | null>(null);

export function WorkspaceProvider({ value, children }: { value: Workspace; children: React.ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function useWorkspace(): Workspace {
  const workspace = useContext(Context);
  if (!workspace) throw new Error("No workspace around this component.");
  return workspace;
}

/** Whether the signed-in person may load days and change labels. */
export function useMayLoad(): boolean {
  return useWorkspace().person.role !== "viewer";
}
