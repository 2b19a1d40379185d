import type { Series } from "./series";

export function Legend({ series, dashed }: { series: Series[]; dashed?: string | undefined }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {series.map(({ key, label, color }) => (
        <li key={key} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-sm" style={{ background: color }} />
          {label}
        </li>
      ))}
      {dashed && (
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="w-4 border-t-2 border-dashed border-soft" />
          {dashed}
        </li>
      )}
    </ul>
  );
}
