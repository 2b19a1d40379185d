"use client";

import { clsx } from "clsx";
import { lazy, Suspense } from "react";
import { Bands, bandsOf } from "./bands";
import { DrawnChart } from "./drawn-chart";
import { frameOf, type TimeChartProps } from "./frame";
import { useIsHere } from "./is-here";

/** Where it cannot be had (no network, another version was installed meanwhile), the drawing stays. */
const LiveChart = lazy(() => import("./live-chart").catch(() => ({ default: DrawnChart })));

/**
 * Series over time: stacked bars, an area or lines, with a dashed line for what they are compared with (`previous` of each
 * point). It comes as a drawing with the page; what answers pointer and keys is some 120 KB and comes with their first move.
 */
export function TimeChart(props: TimeChartProps) {
  const isHere = useIsHere();
  const drawn = <DrawnChart {...props} />;
  const bands = bandsOf(props.points, frameOf(props));
  return (
    <div
      role="img"
      aria-label={props.label}
      style={{ height: props.height }}
      className={clsx(
        "@container relative rounded-md outline-accent has-focus-visible:outline-2 [&_*]:outline-none",
        props.onPick && "cursor-pointer select-none",
      )}
    >
      <Bands bands={bands} over={false} />
      {isHere ? (
        <Suspense fallback={drawn}>
          <LiveChart {...props} />
        </Suspense>
      ) : (
        drawn
      )}
      <Bands bands={bands} over />
    </div>
  );
}
