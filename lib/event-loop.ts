import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { once } from "./once";

/** How closely the event loop is watched, in ms. */
const resolution = 10;

const histogram = (): IntervalHistogram =>
  once("event-loop", () => {
    const watch = monitorEventLoopDelay({ resolution });
    watch.enable();
    return watch;
  });

/** Begins to watch for how long the process answers nobody. */
export const watchEventLoop = (): void => void histogram();

/** For how long something held everybody up, in seconds, since this was last asked: 99 times of 100, and at worst. */
export function eventLoopDelay(): { p99: number; max: number } {
  const watch = histogram();
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolution / 1e3);
  const delay = watch.count === 0 ? { p99: 0, max: 0 } : { p99: seconds(watch.percentile(99)), max: seconds(watch.max) };
  watch.reset();
  return delay;
}
