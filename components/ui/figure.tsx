/** One key figure of a page about one thing: what it is, its value, and a line that explains it. */
export function Figure({ label, value, note }: { label: string; value: React.ReactNode; note?: React.ReactNode }) {
  return (
    <section aria-label={label} className="min-h-[92px] min-w-0 rounded-xl border border-line bg-surface px-3.5 py-3">
      <h2 className="text-xs text-faint">{label}</h2>
      <p className="tabular mt-0.5 text-base leading-6 font-semibold tracking-tight">{value}</p>
      {note && <p className="text-xs text-faint">{note}</p>}
    </section>
  );
}
