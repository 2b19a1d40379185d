"use client";

import { createContext, useContext } from "react";

/** What every page knows: who looks, at which accounts, in which zone and number format. */
export interface Workspace {
  person: { id: string; name: string; email: string; role: "viewer" | "analyst" | "admin"; hasTwoStep: boolean; signsIn: "password" | "provider" | "invited" };
  /** Whether every account and room, or only a part. */
  seesAll: boolean;
  /** Whether persons are named, or stand under pseudonyms. */
  seesNames: boolean;
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

/** Whether the signed-in person may load days and change labels: they see all of the calls, and are no viewer. */
export function useMayLoad(): boolean {
  const { person, seesAll } = useWorkspace();
  return person.role !== "viewer" && seesAll;
}
