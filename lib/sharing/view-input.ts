import type { z } from "zod";
import { AppError, badInput } from "../error";
import { rawParams, type View, type ViewDefaults, viewOf, viewQuery } from "../metrics";
import type { Scope } from "../scope";
import { type Comparison, overlaps, readComparison } from "../time";

/** With what a kept view is compared: with the days that are alike, where its address says nothing, or days that are its own. */
export function comparisonIn(query: string, period: Pick<View, "from" | "to">): Comparison | undefined {
  const asked = new URLSearchParams(query).get("compare");
  if (asked === "none") return undefined;
  const read = asked === null ? null : readComparison(asked);
  return read === null || (typeof read !== "string" && overlaps(read, period)) ? "matched" : read;
}

const pseudonym = /^(person|network)-[0-9a-f]{16}$/;

/** Whether a kept view is about persons by what they are called: for whoever sees no names it would be about nobody. */
export function isPersonal(query: string): boolean {
  const search = new URLSearchParams(query);
  return search.has("user") || ["person", "network"].some((name) => search.getAll(name).some((value) => value !== "" && !pseudonym.test(value)));
}

type ViewInput = z.output<typeof viewQuery>;

/**
 * A view as it is kept, an address's query, read again for whoever looks at it now. What belongs to a page rather than to the view
 * is passed over. Errors: `bad_input` on `query`, `forbidden` where it is about persons by name and names are hidden.
 */
export function keptInput(query: string, { masked }: Pick<Scope, "masked">): ViewInput {
  const search = new URLSearchParams(query);
  const asked = Object.entries(rawParams(search)).filter(([name]) => Object.hasOwn(viewQuery.shape, name));
  const parsed = viewQuery.safeParse(Object.fromEntries(asked));
  if (!parsed.success) throw badInput("query", "is no view of a page");
  if (masked && isPersonal(query)) throw new AppError("forbidden", "It is about persons by name, and names are hidden from whoever made it or is to read it.");
  return parsed.data;
}

/** The same as a view; `more` stands in the place of what the query says. */
export function keptView(query: string, defaults: ViewDefaults, more: Partial<Pick<View, "from" | "to" | "tz">> = {}): View {
  return viewOf({ ...keptInput(query, defaults.scope), ...more }, defaults);
}
