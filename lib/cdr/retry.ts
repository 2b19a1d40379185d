import { setTimeout as sleep } from "node:timers/promises";
import { CdrFault } from "./fault";

export interface RetryLimits {
  tries: number;
  /** No further try starts later than this after the first. */
  withinMs: number;
  /** The first pause; each further one doubles, with jitter. */
  pauseMs: number;
}

/** Contract: a request gives up after 4 tries or 60 seconds, whichever comes first. */
export const retryLimits: RetryLimits = { tries: 4, withinMs: 60_000, pauseMs: 500 };

/**
 * Runs `attempt` until it succeeds, fails for good, or the limits are reached; then throws the last fault.
 * Pauses double with jitter and are never shorter than the answer's `Retry-After`.
 */
export async function retrying<T>(attempt: () => Promise<T>, signal?: AbortSignal, limits: RetryLimits = retryLimits): Promise<T> {
  const started = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CdrFault) || !error.mayPass || tries >= limits.tries) throw error;
      const backoff = limits.pauseMs * 2 ** (tries - 1) * (0.5 + Math.random());
      const pause = Math.max(backoff, (error.retryAfterSeconds ?? 0) * 1000);
      if (Date.now() - started + pause > limits.withinMs) throw error;
      await sleep(pause, undefined, { signal }).catch(() => {
        throw new CdrFault("cancelled", "Cancelled.");
      });
    }
  }
}
