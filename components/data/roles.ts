import type { Series } from "../charts/series";
import type { MetricsRow } from "./use-metrics";

/** Roles as the charts group them. A role of another word, or none, is never left out of a sum. */
const groups: (Series & { has: (role: unknown) => boolean })[] = [
  { key: "participant", label: "Participants", color: "var(--series-1)", has: (role) => role === "participant" },
  { key: "moderator", label: "Moderators", color: "var(--series-2)", has: (role) => role === "moderator" },
  { key: "viewer", label: "Viewers & audience", color: "var(--series-3)", has: (role) => role === "viewer" || role === "audience" },
  { key: "other", label: "Other roles", color: "var(--series-4)", has: () => true },
];

export function roleGroup(row: MetricsRow): string {
  return (groups.find(({ has }) => has(row.role)) as Series).key;
}

/** The groups that occur in the rows. */
export function roleSeries(rows: MetricsRow[]): Series[] {
  const seen = new Set(rows.map(roleGroup));
  return groups.filter(({ key }) => seen.has(key));
}
