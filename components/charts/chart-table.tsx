import { stateWords } from "@/lib/metrics/known";
import { own } from "@/lib/names";
import { Table } from "../ui/table";
import type { Point, Series } from "./series";

const mostRows = 1_000;

/** The figures behind a chart. */
export function ChartTable({
  caption,
  points,
  series,
  formatX,
  formatY,
  previous,
}: {
  caption: string;
  points: Point[];
  series: Series[];
  formatX: (x: string) => string;
  formatY: (value: number) => string;
  /** What the values that are compared with are of; absent where nothing is compared. */
  previous?: string | undefined;
}) {
  const shown = (value: Point[string] | undefined) => (typeof value === "number" ? formatY(value) : "–");
  const known = (point: Point, key: string) =>
    typeof own(point, key) !== "number" && point.state ? own(stateWords, String(point.state)) : shown(own(point, key));
  const columns = [
    { key: "x", label: "", cell: (point: Point) => formatX(point.x) },
    ...series.map(({ key, label }) => ({ key, label, numeric: true, cell: (point: Point) => known(point, key) })),
    ...(previous ? [{ key: "previous", label: previous, numeric: true, cell: (point: Point) => shown(point.previous) }] : []),
  ];
  const shownPoints = points.slice(0, mostRows);
  return (
    <>
      <Table caption={caption} columns={columns} rows={shownPoints} rowKey={(point) => point.x} />
      {points.length > mostRows && (
        <p className="p-2 text-faint">
          The first {mostRows} of {points.length} rows. A shorter period shows the others.
        </p>
      )}
    </>
  );
}
