import { z } from "zod";
import {
  callFields,
  checkPeriod,
  type MetricsMeta,
  resolveAccounts,
  runMetrics,
  storedInstants,
  type View,
  type ViewDefaults,
  viewOf,
  viewShape,
  viewStatement,
} from "../metrics";
import { own } from "../names";
import { daysBetween } from "../time";
import { callColumns, type Dialect, warehouse } from "../warehouse";
import { byteOrderMark, csvLine, delimiterOf } from "./csv";
import { type Export, exportShape, fileName } from "./file";

const fieldNames = Object.keys(callFields) as [string, ...string[]];

export const callsExportQuery = z
  .strictObject({
    ...exportShape,
    fields: z
      .preprocess(
        (raw) => (raw === undefined ? undefined : [raw].flat().flatMap((one) => String(one).split(","))),
        z.array(z.enum(fieldNames, { error: (issue) => `there is no field "${String(issue.input)}"` })).optional(),
      )
      .describe("Columns, separated by commas. Default: every field of a call."),
    ...viewShape,
  })
  .superRefine(checkPeriod);

/** About so many calls are written at a time: enough to keep every core busy, few enough for a small file on the way. */
const wantedRows = 250_000;

/** How a field of the API is read from the table `calls`. */
function fieldSql(name: string, dialect: Dialect): string {
  const instant = own(storedInstants, name);
  if (instant) return dialect.isoText(instant);
  if (name === "cdr_id") return `CASE WHEN id_source = 'cdr_id' THEN ${dialect.harmless("call_id")} END`;
  if (name === "account") return "account";
  if (name === "sightings") return dialect.double("sightings");
  const kind = own<string>(callColumns, name);
  return kind === "text" ? dialect.harmless(name) : kind === "amount" ? dialect.double(name) : name;
}

/**
 * The view's calls as CSV, written by the engine a span of days at a time: any number of them takes the same memory. Within a
 * span they come in no order, for sorting them would cost more than all the rest. Times are in UTC. The last column says
 * whether the period is complete.
 */
export async function callsCsv(input: z.output<typeof callsExportQuery>, defaults: ViewDefaults): Promise<Export> {
  const view = viewOf(input, defaults);
  const fields = input.fields ?? fieldNames;
  const answer = await runMetrics({ measures: ["calls"], by: ["day"], view });
  const counts = new Map(answer.rows.map((row) => [String(row.day), Number(row.calls)]));
  return {
    name: fileName("calls", view, answer.meta, "csv"),
    type: "text/csv; charset=utf-8",
    rows: Number(answer.totals.calls),
    complete: answer.meta.complete,
    chunks: write(view, fields, input, answer.meta, counts),
  };
}

async function* write(
  view: View,
  fields: string[],
  form: z.output<typeof callsExportQuery>,
  meta: MetricsMeta,
  counts: Map<string, number>,
): AsyncGenerator<Uint8Array> {
  const store = await warehouse();
  const accounts = await resolveAccounts(view.account, view.scope);
  yield Buffer.from(byteOrderMark + csvLine([...fields, "period_complete"], form));
  const columns = fields.map((name) => {
    const sql = fieldSql(name, store.dialect);
    const isNumber = !["text", "flag", "instant"].includes(own(callFields, name)?.unit ?? "text");
    return form.decimal === "," && isNumber ? store.dialect.decimalComma(sql) : sql;
  });
  const selected = [...columns, meta.complete ? "true" : "false"].join(", ");
  for (const part of partsOf(view, counts)) yield* store.csv(viewStatement(store.dialect, part, accounts, selected), delimiterOf(form));
}

/** The period cut into spans of days with about as many calls as are wanted at a time. */
function partsOf(view: View, counts: Map<string, number>): View[] {
  const parts: View[] = [];
  let from: string | null = null;
  let rows = 0;
  for (const day of daysBetween(view.from, view.to)) {
    from ??= day;
    rows += counts.get(day) ?? 0;
    if (rows < wantedRows && day !== view.to) continue;
    if (rows > 0) parts.push({ ...view, from, to: day });
    from = null;
    rows = 0;
  }
  return parts;
}
