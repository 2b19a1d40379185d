import { type CallRow, nameOf } from "../data/calls";

/** A call on the timeline. Instants in ms. */
export interface Bar {
  call: CallRow;
  start: number;
  end: number;
  /** What the feed leaves open or contradicts; the bar is then drawn from what is known. */
  note: "no end recorded" | "ends before it starts" | null;
}

/** One line: all calls of one person, so that a re-join stands beside what it follows. */
export interface Line {
  key: string;
  name: string;
  role: string | null;
  sip: boolean;
  bars: Bar[];
}

export interface Timeline {
  lines: Line[];
  /** Calls without a connect time: they are on no line. */
  unplaced: CallRow[];
  start: number;
  end: number;
  /** How many calls were connected from each instant on, as far as both their times are known. */
  concurrent: { at: number; count: number }[];
  peak: { count: number; from: number; to: number } | null;
  /** Calls of a person beyond the first. */
  rejoins: number;
  people: number;
}

const at = (iso: string | null) => (iso === null ? null : Date.parse(iso));

function barOf(call: CallRow, start: number): Bar {
  const end = at(call.disconnect_dt);
  if (end === null) return { call, start, end: start + (call.connect_seconds ?? 0) * 1000, note: "no end recorded" };
  return end < start ? { call, start, end: start, note: "ends before it starts" } : { call, start, end, note: null };
}

/** Lays a conference's calls along time. Calls of someone with neither name nor ref are each a line: they may be different people. */
export function timelineOf(calls: CallRow[]): Timeline {
  const lines = new Map<string, Line>();
  const unplaced: CallRow[] = [];
  const persons = new Set<string>();
  let rejoins = 0;
  for (const call of calls) {
    if (call.person !== null) {
      if (persons.has(call.person)) rejoins++;
      persons.add(call.person);
    }
    const start = at(call.connect_dt);
    if (start === null) {
      unplaced.push(call);
      continue;
    }
    const key = call.person === null ? `call:${call.account}:${call.call_id}` : `person:${call.person}`;
    const line = lines.get(key) ?? { key, name: nameOf(call), role: (call.role as string | null) || null, sip: false, bars: [] };
    line.sip ||= call.sip === true;
    line.bars.push(barOf(call, start));
    lines.set(key, line);
  }
  const all = [...lines.values()];
  for (const line of all) line.bars.sort((a, b) => a.start - b.start);
  all.sort((a, b) => (a.bars[0]?.start ?? 0) - (b.bars[0]?.start ?? 0));
  const bars = all.flatMap((line) => line.bars);
  const concurrent = concurrency(bars);
  return {
    lines: all,
    unplaced,
    start: bars.reduce((low, bar) => Math.min(low, bar.start), Number.POSITIVE_INFINITY),
    end: bars.reduce((high, bar) => Math.max(high, bar.end), Number.NEGATIVE_INFINITY),
    concurrent,
    peak: peakOf(concurrent),
    rejoins,
    people: persons.size,
  };
}

/** As for `peak_concurrent`: only calls with both times, and at a tie an end comes before a start. */
function concurrency(bars: Bar[]): { at: number; count: number }[] {
  const steps = new Map<number, number>();
  for (const { start, end, note } of bars) {
    if (note !== null || end === start) continue;
    steps.set(start, (steps.get(start) ?? 0) + 1);
    steps.set(end, (steps.get(end) ?? 0) - 1);
  }
  let count = 0;
  return [...steps.entries()]
    .sort((a, b) => a[0] - b[0])
    .map(([moment, step]) => {
      count += step;
      return { at: moment, count };
    });
}

function peakOf(concurrent: { at: number; count: number }[]): Timeline["peak"] {
  let peak: Timeline["peak"] = null;
  for (const [index, { at: from, count }] of concurrent.entries()) {
    if (count > 0 && count > (peak?.count ?? 0)) peak = { count, from, to: concurrent[index + 1]?.at ?? from };
  }
  return peak;
}

const minute = 60_000;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * minute);

/** Round instants between two, at most `most` of them; `offset` is the zone's, so that they are round on its clock. */
export function ticksOf(start: number, end: number, most: number, offset: number): number[] {
  const step = steps.find((one) => (end - start) / one <= most) ?? Math.ceil((end - start) / most / (1440 * minute)) * 1440 * minute;
  const ticks: number[] = [];
  for (let tick = Math.ceil((start + offset) / step) * step - offset; tick <= end; tick += step) ticks.push(tick);
  return ticks;
}
