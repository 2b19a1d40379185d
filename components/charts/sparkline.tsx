/** A line without axes. Decoration beside a figure, so it is hidden from screen readers. */
export function Sparkline({ values, width = 72, height = 20 }: { values: number[]; width?: number; height?: number }) {
  if (values.length < 2) return <svg aria-hidden width={width} height={height} />;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = width / (values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(height - 2 - ((value - low) / span) * (height - 4)).toFixed(1)}`);
  return (
    <svg aria-hidden width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="min-w-0 shrink">
      <polyline points={points.join(" ")} fill="none" stroke="var(--series-1)" strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
