import { type Contrast, contrast, type contrastsQuery, dimensionOf, type FilterName, type ViewDefaults, viewOf } from "../metrics";
import { nameOf } from "../names";
import type { List, ListColumn } from "./list";

const mostRows = 500;

const columnsOf = (names: Record<string, string>): ListColumn<Contrast>[] => [
  {
    name: "group",
    header: "Group",
    kind: "text",
    of: ({ group }) =>
      Object.values(group)
        .map((value) => (value === null ? "none" : (nameOf(names, value) ?? String(value))))
        .join(", "),
  },
  {
    name: "dimensions",
    header: "Of",
    kind: "text",
    of: ({ group }) =>
      Object.keys(group)
        .map((name) => dimensionOf(name as FilterName).label)
        .join(", "),
  },
  { name: "bad_calls", header: "Bad calls", kind: "count", of: (row) => row.bad_calls },
  { name: "rated_calls", header: "Rated calls", kind: "count", of: (row) => row.rated_calls },
  { name: "bad_share", header: "Bad", kind: "share", of: (row) => row.bad_share },
  { name: "rest_share", header: "The rest", kind: "share", of: (row) => row.rest_share },
  { name: "excess", header: "Bad calls too many", kind: "count", of: (row) => row.excess },
  { name: "chance", header: "Chance", kind: "text", of: (row) => row.chance },
  { name: "significant", header: "Stands out", kind: "flag", of: (row) => row.significant },
];

/** Groups against the rest. */
export async function contrastsList(input: ReturnType<typeof contrastsQuery.parse>, defaults: ViewDefaults): Promise<List<Contrast>> {
  const { rows, meta } = await contrast({ ...input, limit: mostRows }, defaults);
  return { what: "groups-against-the-rest", title: "Groups", view: viewOf(input, defaults), meta, columns: columnsOf(meta.names), rows };
}
