import { type Contrast, type ContrastsAnswer, contrast, type contrastsQuery, dimensionOf, type FilterName, type ViewDefaults, viewOf } from "../metrics";
import { readSettings } from "../state";
import { csvFile, type Export, fileName } from "./file";
import { type SheetColumn, WorkbookStream, xlsxType } from "./sheets";
import { aboutSheet, lookOf } from "./workbook";

type Input = ReturnType<typeof contrastsQuery.parse>;

const columns: (SheetColumn & { name: string; of: (row: Contrast, names: Record<string, string>) => string | number | boolean | null })[] = [
  {
    name: "group",
    header: "Group",
    kind: "text",
    of: ({ group }, names) =>
      Object.values(group)
        .map((value) => (value === null ? "none" : (names[String(value)] ?? String(value))))
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

const nameOf = ({ meta }: ContrastsAnswer, ending: string) => fileName("groups-against-the-rest", meta, meta, ending);

/** Groups against the rest as CSV. The last column says whether the period is complete. */
export async function contrastsCsv(input: Input, defaults: ViewDefaults): Promise<Export> {
  const answer = await contrast({ ...input, limit: mostRows }, defaults);
  async function* pages() {
    yield answer.rows.map((row) => [...columns.map(({ of }) => of(row, answer.meta.names)), answer.meta.complete]);
  }
  const file = csvFile(nameOf(answer, "csv"), [...columns.map(({ name }) => name), "period_complete"], pages());
  return { ...file, rows: answer.rows.length, complete: answer.meta.complete };
}

/** The same as a workbook. */
export async function contrastsXlsx(input: Input, defaults: ViewDefaults): Promise<Export> {
  const [answer, settings] = await Promise.all([contrast({ ...input, limit: mostRows }, defaults), readSettings()]);
  const book = new WorkbookStream(lookOf(settings));
  const rows = answer.rows.map((row) => columns.map(({ of }) => of(row, answer.meta.names)));
  return {
    name: nameOf(answer, "xlsx"),
    type: xlsxType,
    rows: rows.length,
    complete: answer.meta.complete,
    chunks: book.bytes(async () => {
      await book.sheet("Groups", columns, rows);
      await aboutSheet(book, viewOf(input, defaults), answer.meta, settings);
    }),
  };
}

const mostRows = 500;
