import { z } from "zod";
import { own } from "../names";
import type { SqlValue } from "../warehouse";
import { dimensionNames, dimensionOf, type FilterName, filterNames } from "./dimensions";
import { checkPeriod, type ViewDefaults, viewOf, viewShape } from "./filters";
import { type MetricsMeta, runMetrics } from "./run";
import { chanceOfSoMany, standOut } from "./significance";

/** What groups are compared with the rest by, unless asked otherwise: each an independent look at the same calls. */
export const usualContrasts = ["browser", "browser,browser_version", "os", "browser,os", "device", "network", "sigserver", "room", "role", "sip"] as const;

export const contrastsQuery = z
  .strictObject({
    by: z
      .preprocess(
        (raw) => (raw === undefined ? [...usualContrasts] : [raw].flat().flatMap((one) => String(one).split(";"))),
        z.array(z.string()).max(20, "takes at most 20 groupings"),
      )
      .describe("Groupings, separated by semicolons; a grouping is one or two dimensions, separated by a comma."),
    limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1).max(500).default(50),
    ...viewShape,
  })
  .superRefine((input, context) => {
    checkPeriod(input, context);
    for (const grouping of input.by) {
      const names = grouping.split(",");
      const unknown = names.find((name) => !(filterNames as string[]).includes(name));
      if (unknown !== undefined) {
        const message = (dimensionNames as string[]).includes(unknown) ? `"${unknown}" is a time, not a group` : `there is no dimension "${unknown}"`;
        context.addIssue({ code: "custom", path: ["by"], message });
      } else if (names.length > 2 || new Set(names).size !== names.length)
        context.addIssue({ code: "custom", path: ["by"], message: "a grouping is one or two different dimensions" });
    }
  });

export interface Contrast {
  /** The group: the values of its dimensions. */
  group: Record<string, SqlValue>;
  bad_calls: number;
  rated_calls: number;
  bad_share: number;
  /** The bad share of all other rated calls of the view; null when there are none. */
  rest_share: number | null;
  /** Bad calls beyond those that the group would have had with the rest's share. */
  excess: number;
  /** The chance to see so many bad calls in it if the group made no difference (Fisher's exact test, one-sided). */
  chance: number;
  /** Whether the group stands out after allowing for the number of groups looked at. */
  significant: boolean;
}

export interface ContrastsAnswer {
  rows: Contrast[];
  bad_calls: number;
  rated_calls: number;
  meta: MetricsMeta;
}

type Counted = Pick<Contrast, "group" | "bad_calls" | "rated_calls">;

/** A pair that holds the very calls of one of its two values says nothing more than that value does. */
function repeats(row: Counted, all: Counted[]): boolean {
  const names = Object.keys(row.group);
  if (names.length < 2) return false;
  return all.some((one) => {
    const [name, ...further] = Object.keys(one.group);
    return name !== undefined && further.length === 0 && own(one.group, name) === own(row.group, name) && one.rated_calls === row.rated_calls;
  });
}

/**
 * Each group of the view's calls compared with all the rest. Those that stand out come first, in the order of how many bad
 * calls they explain, so that five calls of a rare browser top no list.
 */
export async function contrast(input: z.output<typeof contrastsQuery>, defaults: ViewDefaults): Promise<ContrastsAnswer> {
  const view = viewOf(input, defaults);
  const measures = ["bad_calls", "rated_calls"] as const;
  const answers = await Promise.all(
    input.by.map((grouping) => {
      const by = grouping.split(",") as FilterName[];
      return runMetrics({ measures: [...measures], by, order: "-bad_calls", view });
    }),
  );
  const first = answers[0];
  const meta = first?.meta ?? (await runMetrics({ measures: ["calls"], by: [], view })).meta;
  const [allBad, allRated] = measures.map((name) => Number(first?.totals[name] ?? 0)) as [number, number];
  const names: Record<string, string> = {};
  const found = answers.flatMap((answer, index) => {
    Object.assign(names, answer.meta.names);
    const by = (input.by[index] as string).split(",") as FilterName[];
    return answer.rows
      .filter((row) => Number(row.rated_calls) > 0 && by.every((name) => row[name] !== null || dimensionOf(name).absent !== undefined))
      .map((row) => {
        const [bad, rated] = [Number(row.bad_calls), Number(row.rated_calls)];
        const rest = allRated > rated ? (allBad - bad) / (allRated - rated) : null;
        return {
          group: Object.fromEntries(by.map((name) => [name, row[name] as SqlValue])),
          bad_calls: bad,
          rated_calls: rated,
          bad_share: bad / rated,
          rest_share: rest,
          excess: bad - rated * (rest ?? bad / rated),
          chance: chanceOfSoMany(bad, rated, allBad, allRated),
        };
      });
  });
  const rows = found.filter((row) => !repeats(row, found));
  const significant = standOut(rows.map(({ chance }) => chance));
  const ranked = rows
    .map((row, index) => ({ ...row, significant: significant[index] as boolean }))
    .sort((a, b) => Number(b.significant) - Number(a.significant) || b.excess - a.excess);
  return { rows: ranked.slice(0, input.limit), bad_calls: allBad, rated_calls: allRated, meta: { ...meta, names } };
}
