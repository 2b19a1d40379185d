import { type Role, roles } from "../state";

/**
 * The least role for work that several routes and pages have a part in. What is read is a viewer's; what decides for all, brings
 * in calls or makes the machine work on a file is an analyst's, and needs sight of all calls.
 */
export const roleFor = { audit: "viewer", decide: "analyst", reconcile: "analyst", import: "analyst" } as const satisfies Record<string, Role>;

/** Whether a role may do what needs another: an admin may do all that an analyst may, an analyst all that a viewer may. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** The lesser of two roles. */
export const lesserRole = (one: Role, other: Role): Role => (mayAct(one, other) ? other : one);
