import type { Limits } from "./limits";

/** How much of a person's there is that works by their rights. */
export interface Made {
  tokens: number;
  links: number;
  schedules: number;
  alerts: number;
}

export interface Person {
  id: string;
  email: string;
  name: string;
  role: "viewer" | "analyst" | "admin";
  active: boolean;
  limits: Limits | null;
  hasTwoStep: boolean;
  signsIn: "password" | "provider" | "invited";
  made: Made;
}

/** What comes back of an invitation or a reset: the link's secret, shown once. */
export interface Invited {
  token: string;
  mailed: boolean;
}

export const roleWords = { viewer: "Viewer: reads", analyst: "Analyst: reads and loads", admin: "Admin: everything" };

const madeWords = { tokens: "API token", links: "link", schedules: "schedule", alerts: "alert" };

/** What somebody made, such as `2 API tokens, 1 link`; empty where there is nothing. */
export function madeInWords(made: Made): string {
  return (Object.keys(madeWords) as (keyof Made)[])
    .filter((what) => made[what] > 0)
    .map((what) => `${made[what]} ${madeWords[what]}${made[what] === 1 ? "" : "s"}`)
    .join(", ");
}
