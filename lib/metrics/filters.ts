import { z } from "zod";
import { badInput } from "../error";
import type { Scope } from "../scope";
import { type Comparison, dayNumber, defaultPeriod, isDay, isZone, localDay, overlaps, readComparison } from "../time";
import { type DimensionName, dimensionNames, dimensionOf, type FilterName, filterNames } from "./dimensions";
import { type MeasureName, measureNames } from "./measures";

/** Query parameters as they come: a name given once is a text, given several times a list. */
export type RawParams = Record<string, string | string[] | undefined>;

/** Query parameters by name: a text, or a list where a name is given several times. */
export function rawParams(search: URLSearchParams): RawParams {
  const named = [...new Set(search.keys())].map((name) => {
    const values = search.getAll(name);
    return [name, values.length === 1 ? (values[0] as string) : values] as const;
  });
  // Names come from outside: `__proto__` is to be one like any other.
  return Object.fromEntries(named);
}

const day = z.string().refine(isDay, "must be a day as YYYY-MM-DD");
const zone = z.string().refine(isZone, "must be a time zone such as UTC or Asia/Kolkata");

const list = (value: unknown): unknown => (value === undefined ? undefined : Array.isArray(value) ? value : [value]);
const split = (value: unknown): unknown => {
  const values = list(value);
  return Array.isArray(values) ? values.flatMap((one) => String(one).split(",")).map((one) => one.trim()) : values;
};

/** No text of a call is longer; see lib/cdr. */
const value = z.string().max(2_000, "is too long");

/** Words that are written in one way, in whatever letters they come. */
const oneOf = (words: string[]) =>
  z.string().transform((text, context) => {
    const known = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (known !== undefined) return known;
    context.addIssue({ code: "custom", message: `must be ${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}` });
    return z.NEVER;
  });

const trackNames = ["audio", "video", "screen", "data", "url"];

/** A combination of tracks, in the order in which calls have them. In an address `+` means a space. */
const combination = z.string().transform((text, context) => {
  const parts = text.toLowerCase().split(/[+ ]/);
  if (text.toLowerCase() === "none") return "none";
  if (parts.every((part) => trackNames.includes(part)) && new Set(parts).size === parts.length)
    return trackNames.filter((name) => parts.includes(name)).join("+");
  context.addIssue({ code: "custom", message: `must be none, or tracks joined by +: ${trackNames.join(", ")}` });
  return z.NEVER;
});

const mostValues = 200;

/**
 * A filter's values. Words of ours are split at commas, and refused where they are none. Of other texts each is taken whole:
 * a room may have commas and blanks; see `filterSql` for one that stands alone.
 */
function filterOf(name: FilterName) {
  const { kind, words } = dimensionOf(name);
  const many = "has too many values";
  if (kind === "flag") return z.preprocess(split, z.array(oneOf(["true", "false"])).optional());
  if (name === "track_combination") return z.preprocess(split, z.array(combination).max(mostValues, many).optional());
  if (words)
    return z.preprocess(
      split,
      z
        .array(z.union([z.literal(""), oneOf(words)]))
        .max(mostValues, many)
        .optional(),
    );
  return z.preprocess(list, z.array(value).max(mostValues, many).optional());
}

const filterShape = Object.fromEntries(filterNames.map((name) => [name, filterOf(name)])) as unknown as Record<FilterName, z.ZodType<string[] | undefined>>;

/** The filter bar: one schema for pages, the API, shares and exports. */
export const viewShape = {
  from: day.optional().describe("First day, YYYY-MM-DD. Default: 30 days ago."),
  to: day.optional().describe("Last day, included. Default: yesterday."),
  tz: zone.optional().describe("Time zone in which days begin. Default: the zone of the settings."),
  basis: z.enum(["logged", "connected"], "must be logged or connected").default("logged").describe("Which time places a call: trans_date or room.connect_dt."),
  account: z.preprocess(list, z.array(value).max(mostValues, "has too many values").optional()).describe("Accounts, by id or name. Default: all."),
  user: z.preprocess(list, z.array(value.min(1, "must not be empty")).max(50).optional()).describe("Part of a user's name or ref."),
  ...filterShape,
};

const tooLong = 3_660;

/** A checked view: which calls a figure is about. Days are in `tz`, both ends included. */
export interface View {
  from: string;
  to: string;
  tz: string;
  basis: "logged" | "connected";
  account: string[] | undefined;
  user: string[] | undefined;
  filters: Partial<Record<FilterName, string[]>>;
  /** What whoever asks may see. */
  scope: Scope;
}

export interface ViewDefaults {
  tz: string;
  now: number;
  scope: Scope;
}

type ViewInput = z.output<z.ZodObject<typeof viewShape>>;

/** Fills in what the address leaves open. */
export function viewOf(input: ViewInput, { tz: defaultZone, now, scope }: ViewDefaults): View {
  if (input.user && scope.masked) throw badInput("user", "names are hidden from you, so nothing can be looked for in them");
  const tz = input.tz ?? defaultZone;
  const usual = defaultPeriod(localDay(tz, now));
  const to = input.to ?? (input.from && input.from > usual.to ? input.from : usual.to);
  const from = input.from ?? (to < usual.from ? to : usual.from);
  const filters: View["filters"] = {};
  for (const name of filterNames) {
    const values = input[name];
    if (values && values.length > 0) filters[name] = values;
  }
  return { from, to, tz, basis: input.basis, account: input.account, user: input.user, filters, scope };
}

/** Both ends must be in order, and the period no longer than ten years. */
export function checkPeriod(input: { from?: string | undefined; to?: string | undefined }, context: z.RefinementCtx): void {
  const { from, to } = input;
  if (!from || !to) return;
  if (from > to) context.addIssue({ code: "custom", path: ["to"], message: "must not be before from" });
  else if (dayNumber(to) - dayNumber(from) > tooLong) context.addIssue({ code: "custom", path: ["to"], message: "the period is longer than ten years" });
}

export const viewQuery = z.strictObject(viewShape).superRefine(checkPeriod);

const measureList = z.preprocess(
  split,
  z
    .array(z.enum(measureNames as [MeasureName, ...MeasureName[]], { error: (issue) => `there is no measure "${String(issue.input)}"` }))
    .min(1, "names no measure")
    .default(["calls", "billed_minutes"]),
);
const dimensionList = z.preprocess(
  split,
  z
    .array(z.enum(dimensionNames as [DimensionName, ...DimensionName[]], { error: (issue) => `there is no dimension "${String(issue.input)}"` }))
    .max(4, "takes at most four dimensions")
    .default([]),
);

/** Most rows of one answer; `meta.groups` says how many there are. */
export const mostRows = 100_000;

/** With what a period is compared, as it stands in an address. */
export const comparison = z
  .string()
  .transform((text, context): Comparison | "none" => {
    const read = text === "none" ? "none" : readComparison(text);
    if (read !== null) return read;
    context.addIssue({ code: "custom", message: "must be previous, matched, year, none, or two days such as 2026-09-01..2026-09-30" });
    return z.NEVER;
  })
  .optional()
  .describe(
    "Adds the same figures of other days: the equally long period right before (previous), the days that are alike (matched), a year before (year), or two days such as 2026-09-01..2026-09-30.",
  );

type ComparisonInput = z.output<typeof comparison>;

export const metricsShape = {
  measures: measureList.describe("Measures, separated by commas."),
  by: dimensionList.describe("Dimensions to group by, separated by commas."),
  order: z.string().optional().describe("A measure or dimension of the query; with a minus, largest first."),
  limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1, "must be at least 1").max(mostRows).optional(),
  having_calls: z.coerce.number("must be a whole number").int("must be a whole number").min(0).optional().describe("Only groups with at least so many calls."),
  compare: comparison,
  ...viewShape,
};

/** The measures, dimensions and order of a query must fit each other. */
export function checkMetrics(
  input: { from?: string | undefined; to?: string | undefined; measures: string[]; by: string[]; order?: string | undefined },
  context: z.RefinementCtx,
): void {
  checkPeriod(input, context);
  for (const name of ["measures", "by"] as const) {
    if (new Set(input[name]).size !== input[name].length) context.addIssue({ code: "custom", path: [name], message: "names one twice" });
  }
  const key = input.order?.replace(/^-/, "");
  if (key !== undefined && ![...input.measures, ...input.by].includes(key as never)) {
    context.addIssue({ code: "custom", path: ["order"], message: `"${key}" is neither a measure nor a dimension of this query` });
  }
}

export const metricsQuery = z.strictObject(metricsShape).superRefine(checkMetrics);

export type MetricsInput = z.output<typeof metricsQuery>;

/** A checked metrics query. */
export interface MetricsQuery {
  measures: MeasureName[];
  by: DimensionName[];
  order?: string | undefined;
  limit?: number | undefined;
  havingCalls?: number | undefined;
  compare?: Comparison | undefined;
  view: View;
}

/** A view's comparison. Error: `bad_input` on `compare` for days that are the view's own. */
export function comparisonOf(compare: ComparisonInput, view: Pick<View, "from" | "to">): Comparison | undefined {
  if (compare === undefined || compare === "none") return undefined;
  if (typeof compare !== "string" && overlaps(compare, view)) throw badInput("compare", "these days overlap the period itself");
  return compare;
}

export function metricsOf(input: MetricsInput, defaults: ViewDefaults): MetricsQuery {
  const view = viewOf(input, defaults);
  return {
    measures: input.measures,
    by: input.by,
    order: input.order,
    limit: input.limit,
    havingCalls: input.having_calls,
    compare: comparisonOf(input.compare, view),
    view,
  };
}

/** Filters whose values tell of persons: who they are, or from where they called. */
const personal = new Set(["person", "network"]);

/** A view's filters in words, one each. Without `names`, those that tell of persons say only how many they are. */
export function filtersInWords({ filters, user }: Pick<View, "filters" | "user">, names: boolean): string[] {
  const told = Object.entries(filters).map(([name, asked]) => {
    // One that is to be taken whole is said twice.
    const values = [...new Set(asked)];
    return personal.has(name) && !names ? `${name}: ${values.length} of them` : `${name}: ${values.map((value) => value || "none").join(", ")}`;
  });
  return user ? [...told, names ? `user contains: ${user.join(", ")}` : "some users"] : told;
}
