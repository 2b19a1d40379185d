/** A line without axes, with gaps where values are not known. Decoration beside a figure, so it is hidden from screen readers. */
export function Sparkline({ values, width = 72, height = 20 }: { values: (number | null)[]; width?: number; height?: number }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <svg aria-hidden width={width} height={height} />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = width / (values.length - 1);
  const place = (value: number, index: number) => `${(index * step).toFixed(1)},${(height - 2 - ((value - low) / span) * (height - 4)).toFixed(1)}`;
  const lines: string[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) lines.push([]);
    else lines.at(-1)?.push(place(value, index));
  }
  return (
    <svg aria-hidden width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="min-w-0 shrink">
      {lines.map(
        (points) =>
          points.length > 1 && (
            <polyline
              key={points[0]}
              points={points.join(" ")}
              fill="none"
              stroke="var(--series-1)"
              strokeWidth="1.5"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          ),
      )}
    </svg>
  );
}
