import type { z } from "zod";
import { viewQuery } from "../metrics";

/** A view as it is kept, an address's query, read again. What belongs to a page rather than to the view is passed over. */
export function viewInput(query: string): z.ZodSafeParseResult<z.output<typeof viewQuery>> {
  const search = new URLSearchParams(query);
  const asked: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    if (!(name in viewQuery.shape)) continue;
    const values = search.getAll(name);
    asked[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return viewQuery.safeParse(asked);
}
