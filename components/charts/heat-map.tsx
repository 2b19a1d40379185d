"use client";

export interface HeatAxis {
  key: string;
  /** What the axis shows; an empty one is left out where there is no room for all. */
  label: string;
  /** The whole name, for screen readers and tooltips. */
  name: string;
}

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
  onPick,
}: {
  rows: HeatAxis[];
  columns: HeatAxis[];
  values: (number | null)[][];
  format: (value: number) => string;
  caption: string;
  labelWidth?: number;
  onPick?: ((row: number, column: number) => void) | undefined;
}) {
  const most = values.reduce((all, line) => line.reduce<number>((high, value) => Math.max(high, value ?? 0), all), 0) || 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full table-fixed border-separate border-spacing-0.5 text-[10px]" style={{ minWidth: labelWidth + columns.length * 18 }}>
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
                const strength = !value ? 0 : 12 + Math.round((value / most) * 88);
                const said = value === null ? "nothing" : format(value);
                return (
                  <td
                    key={column.key}
                    className="h-6 rounded-sm"
                    title={`${row.name}, ${column.name}: ${said}`}
                    style={{ background: `color-mix(in oklab, var(--series-1) ${strength}%, var(--sunken))` }}
                  >
                    {onPick && value !== null ? (
                      <button type="button" className="block h-6 w-full" onClick={() => onPick(rowIndex, columnIndex)}>
                        <span className="sr-only">{said}</span>
                      </button>
                    ) : (
                      <span className="sr-only">{said}</span>
                    )}
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
