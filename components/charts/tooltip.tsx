/** The box beside the pointer: a heading and a line for each series. */
export function TooltipBox({ title, lines, note }: { title: string; lines: { label: string; value: string; color?: string }[]; note?: string | undefined }) {
  return (
    <div className="min-w-40 rounded-lg border border-line bg-surface px-3 py-2 text-xs text-ink shadow-lg">
      <p className="mb-1 font-semibold">{title}</p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5">
        {lines.map(({ label, value, color }) => (
          <div key={label} className="contents">
            <dt className="flex items-center gap-1.5 text-soft">
              {color && <span aria-hidden className="size-2 rounded-sm" style={{ background: color }} />}
              {label}
            </dt>
            <dd className="tabular text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {note && <p className="text-warn first-letter:uppercase">{note}</p>}
    </div>
  );
}
