import { clsx } from "clsx";

export interface BarRow {
  key: string;
  label: React.ReactNode;
  /** 0 to 1: how much of the track is filled. */
  share: number;
  value: React.ReactNode;
  color?: string;
  onPick?: (() => void) | undefined;
  pickLabel?: string;
}

/** Horizontal bars with a label and a value; a row that can be picked is a button. */
export function Bars({ rows, labelWidth = 96 }: { rows: BarRow[]; labelWidth?: number }) {
  return (
    <ul className="grid gap-1">
      {rows.map(({ key, label, share, value, color = "var(--series-1)", onPick, pickLabel }) => {
        const inner = (
          <>
            <span className="shrink-0 truncate text-left" style={{ width: labelWidth }}>
              {label}
            </span>
            <span className="h-3 min-w-8 flex-1 rounded-sm bg-sunken" aria-hidden>
              <span
                className="block h-full rounded-sm"
                style={{ width: `${Math.min(100, Math.max(0, share * 100))}%`, minWidth: share > 0 ? 2 : 0, background: color }}
              />
            </span>
            <span className="tabular w-20 shrink-0 text-right">{value}</span>
          </>
        );
        const row = "flex w-full items-center gap-3 rounded px-1 py-1";
        return (
          <li key={key}>
            {onPick ? (
              <button type="button" className={clsx(row, "hover:bg-sunken")} onClick={onPick} aria-label={pickLabel}>
                {inner}
              </button>
            ) : (
              <div className={row}>{inner}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
