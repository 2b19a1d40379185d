import { z } from "zod";
import { checkMetrics, type MetricsAnswer, type MetricsQuery, metricsOf, metricsShape, runMetrics, type ViewDefaults } from "../metrics";
import { byteOrderMark, csvLine } from "./csv";
import { type Export, exportShape, fileName } from "./file";

const { compare: _, ...shape } = metricsShape;

export const metricsExportQuery = z.strictObject({ ...shape, ...exportShape }).superRefine(checkMetrics);

export type MetricsExport = z.output<typeof metricsExportQuery>;

/** The query of an export and its answer. Without groups the totals are its one row. */
export async function answerExport(
  input: MetricsExport,
  defaults: ViewDefaults,
): Promise<{ query: MetricsQuery; answer: MetricsAnswer; rows: MetricsAnswer["rows"] }> {
  const { decimal: _, ...asked } = input;
  const query = metricsOf({ ...asked, compare: "none" }, defaults);
  const answer = await runMetrics(query);
  return { query, answer, rows: query.by.length > 0 ? answer.rows : [answer.totals] };
}

/** Figures as CSV: a column a dimension and measure, shares as fractions. The last column says whether the period is complete. */
export async function metricsCsv(input: MetricsExport, defaults: ViewDefaults): Promise<Export> {
  const { query, answer, rows } = await answerExport(input, defaults);
  const columns = [...query.by, ...query.measures];
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine([...columns, "period_complete"], input));
    for (let from = 0; from < rows.length; from += 1_000) {
      const part = rows.slice(from, from + 1_000).map((row) => csvLine([...columns.map((name) => row[name]), answer.meta.complete], input));
      yield Buffer.from(part.join(""));
    }
  }
  return {
    name: fileName(query.by.length > 0 ? `by-${query.by.join("-")}` : "figures", query.view, answer.meta, "csv"),
    type: "text/csv; charset=utf-8",
    rows: rows.length,
    complete: answer.meta.complete,
    chunks: lines(),
  };
}
