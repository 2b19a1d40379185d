/** An alert as its route gives it. */
export interface Alert {
  id: string;
  name: string;
  measure: Measure;
  way: "above" | "below";
  mark: number;
  days: number;
  minCalls: number;
  query: string;
  tz: string;
  recipients: string[];
  webhookUrl: string | null;
  active: boolean;
  owner: string;
  stopped: string | null;
  part: string | null;
  checkedAt: string | null;
  value: number | null;
  error: string | null;
  breaches: Breach[];
}

export interface Breach {
  id: string;
  at: string;
  value: number;
  resolvedAt: string | null;
  messages: { kind: "breach" | "resolved"; by: "mail" | "webhook"; state: "waiting" | "sending" | "sent" | "failed"; error: string | null }[];
}

export interface Preview {
  fired: number;
  days: { day: string; value: number | null; isBreach: boolean; notLoaded: string[] }[];
}

/** What an alert can watch, and how the figure is told. */
export const watched = {
  bad_share: { label: "Bad calls, share of those rated", unit: "share" },
  billed_minutes: { label: "Billed minutes", unit: "minutes" },
  calls: { label: "Calls", unit: "count" },
  cost: { label: "Cost", unit: "money" },
  budget: { label: "Share of the month's budget that is spent", unit: "share" },
  failed_loads: { label: "Loads that failed", unit: "count" },
  rejected: { label: "Records that were rejected", unit: "count" },
} as const;

export type Measure = keyof typeof watched;
