import { clsx } from "clsx";

export interface Column<T> {
  key: string;
  label: React.ReactNode;
  /** Figures stand at the right, in columns of equal digits. */
  numeric?: boolean;
  cell: (row: T) => React.ReactNode;
  className?: string;
  /** The name by which rows can be sorted by this column. */
  sort?: string;
}

/** The last column, of buttons, but for its cell. Only a screen reader is told its name. */
export const actionsColumn = { key: "actions", label: <span className="sr-only">Actions</span>, numeric: true };

/** What a name in the first column looks like when it leads somewhere. */
export const pick = "inline-block max-w-full truncate align-bottom text-left font-medium hover:text-accent hover:underline";

/** A plain table. A narrow screen scrolls it sideways within itself. */
export function Table<T>({
  columns,
  rows,
  rowKey,
  caption,
  onRow,
  order,
  onOrder,
}: {
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  caption: string;
  onRow?: (row: T) => void;
  /** The column that rows are sorted by; with a minus, largest first. */
  order?: string;
  onOrder?: (order: string) => void;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="-mx-1 relative overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-xs text-faint">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                aria-sort={column.sort && order?.replace(/^-/, "") === column.sort ? (order.startsWith("-") ? "descending" : "ascending") : undefined}
                className={clsx("px-1.5 py-1.5 font-medium", column.numeric && "text-right", column.className)}
              >
                {column.sort && onOrder ? <SortButton name={column.sort} label={column.label} order={order} onOrder={onOrder} /> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={clsx("border-b border-line last:border-0", onRow && "cursor-pointer hover:bg-sunken")}
              onClick={onRow && (() => onRow(row))}
            >
              {columns.map((column) => (
                <td key={column.key} className={clsx("px-1.5 py-2", column.numeric && "tabular text-right whitespace-nowrap", column.className)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A column's heading that sorts by it: first the largest, then the smallest. */
function SortButton({ name, label, order, onOrder }: { name: string; label: React.ReactNode; order: string | undefined; onOrder: (order: string) => void }) {
  const isSorted = order?.replace(/^-/, "") === name;
  return (
    <button
      type="button"
      className={clsx("whitespace-nowrap hover:text-ink", isSorted && "font-semibold text-ink")}
      onClick={() => onOrder(order === `-${name}` ? name : `-${name}`)}
    >
      {label}
      <span aria-hidden>{isSorted ? (order?.startsWith("-") ? " ↓" : " ↑") : ""}</span>
    </button>
  );
}
