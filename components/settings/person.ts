import type { Limits } from "./limits";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: "viewer" | "analyst" | "admin";
  active: boolean;
  limits: Limits | null;
  hasTwoStep: boolean;
  signsIn: "password" | "provider" | "invited";
}

/** What comes back of an invitation or a reset: the link's secret, shown once. */
export interface Invited {
  token: string;
  mailed: boolean;
}

export const roleWords = { viewer: "Viewer: reads", analyst: "Analyst: reads and loads", admin: "Admin: everything" };
