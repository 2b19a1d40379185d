import type { z } from "zod";
import { type View, viewQuery } from "../metrics";
import { type Comparison, overlaps, readComparison } from "../time";

/** With what a kept view is compared: with the days that are alike, where its address says nothing, or days that are its own. */
export function comparisonIn(query: string, period: Pick<View, "from" | "to">): Comparison | undefined {
  const asked = new URLSearchParams(query).get("compare");
  if (asked === "none") return undefined;
  const read = asked === null ? null : readComparison(asked);
  return read === null || (typeof read !== "string" && overlaps(read, period)) ? "matched" : read;
}

/** A view as it is kept, an address's query, read again. What belongs to a page rather than to the view is passed over. */
export function viewInput(query: string): z.ZodSafeParseResult<z.output<typeof viewQuery>> {
  const search = new URLSearchParams(query);
  const asked: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    if (!Object.hasOwn(viewQuery.shape, name)) continue;
    const values = search.getAll(name);
    asked[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return viewQuery.safeParse(asked);
}
