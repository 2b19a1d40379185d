import { type Contribution, type changesQuery, dimensionOf, explainChange, measureOf, type ViewDefaults, viewOf } from "../metrics";
import { nameOf } from "../names";
import type { List } from "./list";

/** The most groups that one answer tells; all others stand together in the last row, so that the rows sum to the change. */
const mostRows = 500;

/** What each group adds to the change of a figure. */
export async function changesList(input: ReturnType<typeof changesQuery.parse>, defaults: ViewDefaults): Promise<List<Contribution>> {
  const { rows, rest, meta } = await explainChange({ ...input, limit: mostRows }, defaults);
  const { unit, label } = measureOf(input.measure);
  const others: Contribution[] = rest.groups > 0 ? [{ group: `${rest.groups} others`, now: null, before: null, contribution: rest.contribution }] : [];
  return {
    what: `change-of-${input.measure}-by-${input.by}`,
    title: "Change",
    view: viewOf(input, defaults),
    meta,
    rows: [...rows, ...others],
    columns: [
      { name: input.by, header: dimensionOf(input.by).label, kind: "text", of: ({ group }) => (group === null ? "none" : String(group)) },
      { name: "name", header: "Name", kind: "text", of: ({ group }) => nameOf(meta.names, group) },
      { name: "before", header: `${label}, ${meta.compare?.from} to ${meta.compare?.to}`, kind: unit, of: ({ before }) => before },
      { name: "now", header: `${label}, ${meta.from} to ${meta.to}`, kind: unit, of: ({ now }) => now },
      { name: "contribution", header: "Adds to the change", kind: unit, total: unit !== "share", of: ({ contribution }) => contribution },
    ],
  };
}
