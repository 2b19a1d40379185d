import { z } from "zod";
import { checkMetrics, type MetricsQuery, metricsShape, runMetrics } from "../metrics";
import { own } from "../names";
import { byteOrderMark, type Cell, type CsvForm, csvLine } from "./csv";
import { figureTable } from "./figures";
import { type Export, exportShape, fileName } from "./file";

export const metricsExportQuery = z.strictObject({ ...metricsShape, ...exportShape }).superRefine(checkMetrics);

/**
 * Figures as CSV: a column a dimension and measure, shares as fractions. The last columns say whether the period is complete, and
 * the days that it is compared with, where it is.
 */
export async function metricsCsv(query: MetricsQuery, form: CsvForm): Promise<Export> {
  const answer = await runMetrics(query);
  const { columns, rows } = figureTable(answer, query);
  const { previous, meta } = answer;
  const about: [name: string, value: Cell][] = [
    ["period_complete", meta.complete],
    ...(previous
      ? ([
          ["compared_from", previous.meta.from],
          ["compared_to", previous.meta.to],
          ["compared_complete", previous.meta.complete],
        ] as [string, Cell][])
      : []),
  ];
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine([...columns.map(({ name }) => name), ...about.map(([name]) => name)], form));
    for (let from = 0; from < rows.length; from += 1_000) {
      const part = rows
        .slice(from, from + 1_000)
        .map((row) => csvLine([...columns.map(({ name }) => own(row, name)), ...about.map(([, value]) => value)], form));
      yield Buffer.from(part.join(""));
    }
  }
  return {
    name: fileName(query.by.length > 0 ? `by-${query.by.join("-")}` : "figures", query.view, meta, "csv"),
    type: "text/csv; charset=utf-8",
    rows: rows.length,
    complete: meta.complete && previous?.meta.complete !== false,
    chunks: lines(),
  };
}
