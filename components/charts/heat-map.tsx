"use client";

import { clsx } from "clsx";

export interface HeatAxis {
  key: string;
  /** What the axis shows; an empty one is left out where there is no room for all. */
  label: string;
  /** The whole name, for screen readers and tooltips. */
  name: string;
}

const mostTold = 12;

/**
 * Rows × columns, darker is more. `values[row][column]`; null where there is nothing. A table by itself, so it needs none
 * behind it.
 */
export function HeatMap({
  rows,
  columns,
  values,
  format,
  caption,
  labelWidth = 36,
}: {
  rows: HeatAxis[];
  columns: HeatAxis[];
  values: (number | null)[][];
  format: (value: number) => string;
  caption: string;
  labelWidth?: number;
}) {
  // Few columns leave room for the figures themselves, on lighter colours.
  const isTold = columns.length <= mostTold;
  const most = values.reduce((all, line) => line.reduce<number>((high, value) => Math.max(high, value ?? 0), all), 0) || 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table
        className={clsx("w-full table-fixed border-separate border-spacing-0.5", isTold ? "text-xs" : "text-[10px]")}
        style={{ minWidth: labelWidth + columns.length * (isTold ? 64 : 18) }}
      >
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-faint">
            <th scope="col" style={{ width: labelWidth }} aria-label="Row" />
            {columns.map(({ key, label, name }) => (
              <th key={key} scope="col" className="truncate font-normal" aria-label={name} title={name}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={row.key}>
              <th scope="row" className="truncate pr-1 text-left font-normal text-faint" title={row.name}>
                {row.label}
              </th>
              {columns.map((column, columnIndex) => {
                const value = values[rowIndex]?.[columnIndex] ?? null;
                const strength = !value ? 0 : 8 + Math.round((value / most) * (isTold ? 47 : 92));
                const said = value === null ? "nothing" : format(value);
                return (
                  <td
                    key={column.key}
                    className="h-6 rounded-sm"
                    title={`${row.name}, ${column.name}: ${said}`}
                    style={{ background: `color-mix(in oklab, var(--series-1) ${strength}%, var(--sunken))` }}
                  >
                    <span className={isTold ? "tabular block px-1.5" : "sr-only"}>{isTold && value === null ? "" : said}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
