export interface Part {
  key: string;
  label: string;
  share: number;
  text: string;
  onPick?: () => void;
}

/** One bar cut into the parts of a whole, largest first, with the parts named below. */
export function SplitBar({ parts }: { parts: Part[] }) {
  return (
    <div className="grid gap-2">
      <div className="flex h-4 gap-0.5 overflow-hidden rounded" aria-hidden>
        {parts.map(({ key, share }, index) => (
          <span key={key} style={{ width: `${share * 100}%`, background: "var(--series-1)", opacity: 1 - Math.min(index, 5) * 0.16 }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft">
        {parts.map(({ key, label, text, onPick }, index) => (
          <li key={key} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-sm" style={{ background: "var(--series-1)", opacity: 1 - Math.min(index, 5) * 0.16 }} />
            {onPick ? (
              <button type="button" className="hover:text-ink hover:underline" onClick={onPick}>
                {label} {text}
              </button>
            ) : (
              <span>
                {label} {text}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
