import { addDays } from "../time";

/** Consecutive UTC days fetched with one request; both ends included. */
export interface Window {
  from: string;
  to: string;
}

const mostDays = 31;
/** A window should bring no more than about this many records, so that a cut answer does not cost too much again. */
const wantedRecords = 600_000;

/**
 * The next window of the days to load (in order). It starts with one day and grows with what days were seen to hold:
 * every request asks for a day more than it covers, so that many small ones would fetch everything twice.
 */
export function nextWindow(days: string[], recordsPerDay: number | null): Window {
  const first = days[0] as string;
  const most = recordsPerDay === null ? 1 : Math.max(1, Math.min(mostDays, Math.floor(wantedRecords / Math.max(1, recordsPerDay))));
  let to = first;
  for (let index = 1; index < Math.min(most, days.length); index++) {
    if (days[index] !== addDays(to, 1)) break;
    to = days[index] as string;
  }
  return { from: first, to };
}
