import { z } from "zod";
import { leftCalls } from "../accounts";
import { checkPeriod, viewShape } from "../metrics";
import { alertMeasures, roles, scheduleForms, scheduleRhythms, sharePages, workspaceSettings } from "../state";
import { isDay, presets } from "../time";

/** The inputs of the routes that are not figures; pages and the OpenAPI file read them too. */

const day = z.string("must be a day as YYYY-MM-DD").refine(isDay, "must be a day as YYYY-MM-DD");
/** Control characters do nothing in a name but hide what it is, in mails, files and lists. */
const name = z
  .string("is missing")
  .trim()
  .min(1, "must not be empty")
  .max(200, "is too long")
  .regex(/^\P{Cc}*$/u, "must not hold control characters");
const account = z.string().min(1, "must not be empty").max(200).optional().describe("An account, by id or name. Default: the first.");

/** A value of the feed in a path: taken whole, blanks at its ends too, and as long as a text of a call can be. */
const fed = z.string("is missing").min(1, "must not be empty").max(2_000, "is too long");
export const roomPath = z.object({ room: fed });
export const confPath = z.object({ conf: fed });
export const periodPath = z.object({ from: day, to: day }).superRefine(checkPeriod);
export const roomPeriodPath = z.object({ room: fed, from: day, to: day }).superRefine(checkPeriod);
export const callPath = z.object({ cdrId: fed });
export const idPath = z.object({ id: name });
export const jobPath = z.object({ jobId: name });

export const proxyQuery = z.strictObject({ account });
export const callQuery = z.strictObject({ account });
export const noQuery = z.strictObject({});
export const searchQuery = z.strictObject({
  q: z.string().max(200, "is too long").default("").describe("Part of the name or id."),
  limit: z.coerce.number("must be a whole number").int().min(1).max(100).default(20),
});
export const findQuery = z.strictObject({
  q: z.string("is missing").trim().min(2, "must have at least 2 characters").max(200, "is too long").describe("Part of a name, or an id."),
  limit: z.coerce.number("must be a whole number").int().min(1).max(20).default(5).describe("Most of each kind."),
});
/** An address's query as it is kept and, as a start page or in a mail, told again: whatever is not plain must be written as an address writes it. */
const addressQuery = z
  .string("is missing")
  .max(4_000, "is too long")
  .regex(/^(?:[^\p{Cc}\p{Cs}%]|%[0-9A-Fa-f]{2})*$/u, "must be an address's query, with % only before two hex digits");
const cleared = z
  .string()
  .trim()
  .max(200, "is too long")
  .regex(/^\P{Cc}*$/u, "must not hold control characters")
  .nullable()
  .transform((text) => (text === "" ? null : text));
export const labelBody = z.strictObject({ label: cleared, tag: cleared });
const page = z
  .string("is missing")
  .regex(/^\/[a-z]+(\/[^?#\s]{1,300})?$/, "must be the path of a page")
  .refine((path) => !path.startsWith("/api"), "must be the path of a page");
export const viewBody = z.strictObject({
  name,
  page,
  query: addressQuery.describe("The address's query, without the question mark."),
  team: z.boolean("must be true or false").default(false),
});
export const viewChange = z.strictObject({
  name: name.optional(),
  page: page.optional(),
  query: viewBody.shape.query.optional(),
  team: z.boolean("must be true or false").optional(),
  isDefault: z.boolean("must be true or false").optional().describe("Whether this person starts with it."),
});
export const findingPath = z.object({ key: z.string().min(1).max(600) });
export const decisionBody = z.strictObject({
  state: z.enum(["open", "accepted", "disputed"], "must be open, accepted or disputed"),
  note: z.string().trim().max(2_000, "is too long").default(""),
});
const amount = z.string('must be a decimal as text, such as "0.40"').regex(/^\d{1,10}(\.\d{1,6})?$/, "must be a decimal with at most six places, such as 0.40");
/** Of a minute. With it, a year's minutes in one call come to a sum that a number holds to the last unit. */
const rate = z
  .string('must be a decimal as text, such as "0.40"')
  .regex(/^\d{1,6}(\.\d{1,6})?$/, "must be a decimal below 1,000,000 with at most six places, such as 0.40");
const some = z.array(z.string().min(1).max(2_000)).min(1, "must not be empty").max(200);
export const rateCardBody = z
  .strictObject({
    name,
    currency: workspaceSettings.shape.currency,
    perMinute: rate,
    perScreenMinute: rate.default("0"),
    perPublishedMinute: rate.default("0"),
    validFrom: day,
    validTo: day.nullable().default(null),
    conditions: z
      .strictObject({
        account: some.optional(),
        app: some.optional(),
        role: some.optional(),
        room: some.optional(),
        tag: some.optional(),
        sip: z.boolean().optional(),
      })
      .default({}),
    includedMinutes: z.int("must be a whole number").min(0).max(1e9).default(0),
    minimumCharge: amount.default("0"),
    tiers: z
      .array(z.strictObject({ above: z.int("must be a whole number").min(1).max(1e9), perMinute: rate }))
      .max(20)
      .default([]),
    taxName: z.string().trim().max(50).nullable().default(null),
    taxPercent: amount.default("0"),
  })
  .superRefine(({ validFrom, validTo, tiers }, context) => {
    if (validTo !== null && validTo < validFrom) context.addIssue({ code: "custom", path: ["validTo"], message: "must not be before validFrom" });
    if (new Set(tiers.map(({ above }) => above)).size !== tiers.length)
      context.addIssue({ code: "custom", path: ["tiers"], message: "two tiers begin at the same mark" });
  });
export const budgetBody = z
  .strictObject({
    scope: z.enum(["all", "account", "tag"], "must be all, account or tag"),
    name: z.string().max(200).default(""),
    amount: amount.nullable().describe("For a month; null takes the budget away."),
  })
  .superRefine((input, context) => {
    if ((input.scope === "all") !== (input.name === ""))
      context.addIssue({ code: "custom", path: ["name"], message: input.scope === "all" ? "must be empty for everything" : "is missing" });
  });
export const scheduleBody = z.strictObject({
  name,
  view: name.describe("A saved view, by id. What it shows now is copied."),
  form: z.enum(scheduleForms, "must be workbook, calls or html"),
  every: z.enum(scheduleRhythms, "must be day, week or month"),
  hour: z.int("must be a whole number").min(0, "must be 0 to 23").max(23, "must be 0 to 23"),
  tz: workspaceSettings.shape.timeZone,
  period: z.enum(Object.keys(presets) as [keyof typeof presets, ...(keyof typeof presets)[]], "names no period"),
  recipients: z.array(z.email("must be e-mail addresses")).min(1, "must not be empty").max(50),
  active: z.boolean("must be true or false").default(true),
});
export const scheduleChange = scheduleBody.extend({ view: name.optional().describe("A saved view, by id, to be copied anew. Absent: the copy stays.") });
export const scheduleTest = z.strictObject({ to: z.email("must be an e-mail address") });
const origin = z
  .url({ protocol: /^https?$/, error: "must be origins such as https://intranet.example.com" })
  .refine((url) => URL.parse(url)?.origin === url.replace(/\/$/, ""), "must be origins such as https://intranet.example.com")
  // They are written into a header, where a semicolon or a star would mean something.
  .refine(
    (url) => /^https?:\/\/([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d+)?\/?$/.test(url),
    "must be origins such as https://intranet.example.com",
  );
export const shareBody = z
  .strictObject({
    title: name,
    note: z.string().trim().max(1_000, "is too long").default(""),
    page: z.enum(sharePages, "must be overview, usage, quality, tracks or billing"),
    query: addressQuery.describe("The view: the address's query, without the question mark."),
    period: z
      .enum(Object.keys(presets) as [keyof typeof presets, ...(keyof typeof presets)[]], "names no period")
      .nullable()
      .default(null)
      .describe("A period reckoned when the link is opened; null keeps the view's days."),
    kind: z.enum(["live", "snapshot"], "must be live or snapshot").default("live"),
    expiresAt: z.iso
      .datetime({ offset: true, error: "must be a time such as 2026-12-31T00:00:00Z" })
      .refine((text) => Date.parse(text) > Date.now(), "is in the past")
      .nullable()
      .default(null),
    password: z.string().min(8, "must have at least 8 characters").max(1000).nullable().default(null),
    showCost: z.boolean("must be true or false").default(false),
    showNames: z.boolean("must be true or false").default(false),
    allowDownload: z.boolean("must be true or false").default(false),
    allowDays: z.boolean("must be true or false").default(false),
    embedIn: z
      .array(origin)
      .max(10)
      .default([])
      .transform((origins) => origins.map((one) => new URL(one).origin).join(" "))
      .describe("Sites that may embed it."),
  })
  .superRefine(({ kind, allowDownload, allowDays }, context) => {
    // What is frozen is the page; its files and further days would be of today.
    if (kind !== "snapshot") return;
    if (allowDownload) context.addIssue({ code: "custom", path: ["allowDownload"], message: "is for live links" });
    if (allowDays) context.addIssue({ code: "custom", path: ["allowDays"], message: "is for live links" });
  });
export const alertBody = z
  .strictObject({
    name,
    measure: z.enum(alertMeasures, "names no figure that an alert can watch"),
    way: z.enum(["above", "below"], "must be above or below"),
    mark: z.number("must be a number").min(0, "must not be negative").max(1e15).describe("In the figure's own unit; shares as fractions."),
    days: z.int("must be a whole number").min(1, "must be at least 1").max(92, "must be at most 92").default(1).describe("Whole days, today included."),
    minCalls: z.int("must be a whole number").min(0, "must not be negative").max(1e9).default(0).describe("Fewer calls than so many say nothing."),
    query: addressQuery.default("").describe("Filters, as an address's query. Days in it do not count."),
    tz: workspaceSettings.shape.timeZone,
    recipients: z.array(z.email("must be e-mail addresses")).max(50).default([]),
    webhookUrl: z
      .url({ protocol: /^https?$/, error: "must be an http or https URL" })
      .max(1_000)
      .nullable()
      .default(null),
    active: z.boolean("must be true or false").default(true),
  })
  .superRefine(({ recipients, webhookUrl, measure, minCalls }, context) => {
    if (recipients.length === 0 && webhookUrl === null) context.addIssue({ code: "custom", path: ["recipients"], message: "name somebody, or a webhook" });
    if (minCalls > 0 && (measure === "failed_loads" || measure === "rejected"))
      context.addIssue({ code: "custom", path: ["minCalls"], message: "is for figures of calls" });
  });
export const sharePath = z.object({ token: z.string().describe("The secret of the link.") });
export const shareQuery = z.object({
  from: z.string().optional().describe("First day; counts where the link lets readers choose."),
  to: z.string().optional().describe("Last day, included."),
});
export const journalQuery = z.strictObject({
  actor: z.string().max(320).optional().describe("Who, as it is written there."),
  action: z.string().max(200, "is too long").optional().describe("Part of the action."),
  limit: z.coerce.number("must be a whole number").int().min(1).max(1000).default(100),
  cursor: z.coerce.number("is not a cursor of this list").int().min(1).optional(),
});
export const coverageQuery = z.strictObject({ from: day, to: day, account: viewShape.account }).superRefine(checkPeriod);
export const rejectedQuery = z.strictObject({
  account: viewShape.account,
  limit: z.coerce.number("must be a whole number").int().min(1).max(500).default(100),
  cursor: z.coerce.number("is not a cursor of this list").int().min(0).default(0).describe("`nextCursor` of the page before."),
});
export const rejectedExport = z.strictObject({ account: viewShape.account });
export const jobsQuery = z.strictObject({ limit: z.coerce.number("must be a whole number").int().min(1).max(200).default(20) });
export const importQuery = z.strictObject({ account });

export const syncBody = z
  .strictObject({
    from: day,
    to: day,
    account,
    mode: z.enum(["all", "open"], "must be all or open").default("all").describe("all loads every day again; open only those that are not final."),
  })
  .superRefine(checkPeriod);

const baseUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(500);
const appId = z.string("is missing").trim().min(1, "must not be empty").max(500);
const appKey = z.string("is missing").min(1, "must not be empty").max(500);
const retentionDays = z
  .int("must be a whole number of days")
  .min(1, "must be at least 1")
  .max(3_660, "must be at most 3660")
  .nullable()
  .optional()
  .describe("Days after which names, refs, addresses and agents are purged; null keeps them.");
export const accountBody = z.strictObject({ name, baseUrl, appId, appKey, retentionDays });
export const accountChange = z.strictObject({ name, baseUrl, appId, appKey: appKey.optional().describe("Absent: the stored key stays."), retentionDays });
export const countingChange = z
  .strictObject({
    countsWithdrawn: z.boolean("must be true or false").optional().describe("Whether calls that a later answer did not have any more count."),
    countsDoubled: z.boolean("must be true or false").optional().describe("Whether calls that another account has too count under both."),
    counted: z.boolean("must be true or false").optional().describe("Of a removed account: whether figures over all accounts are of its calls too."),
  })
  .refine((rules) => Object.keys(rules).length > 0, { path: ["body"], error: "changes nothing" });
export const removalQuery = z.strictObject({
  calls: z
    .enum(leftCalls, "must be keep or take-away")
    .default("keep")
    .describe("What becomes of its calls; take-away removes them for good, with their raw records."),
});
export const noticePath = z.object({ account: name });
/** Other fields that the service sends do not matter, and neither does their form. */
export const noticeBody = z.object({
  conf_num: z.string("is missing").regex(/^(?!\.{1,2}$)[\x21-\x7e]{1,200}$/, "must be a conference number"),
  type: z.string().optional().catch(undefined).describe("What it is about, such as roomdrop; recording, transcoded and file-transfer fetch nothing."),
});
export const personQuery = z.strictObject({
  person: fed.describe("By ref, by name where there is no ref, or by pseudonym."),
});
export const connectionTest = z.union([z.strictObject({ id: name }), accountBody], "needs either id, or name, baseUrl, appId and appKey");

const email = z.email("must be an e-mail address").max(320);
const password = z.string("is missing").min(10, "must have at least 10 characters").max(1000, "is too long");
const role = z.enum(roles, "must be viewer, analyst or admin");
const limits = z
  .strictObject({ accounts: some.optional(), rooms: some.optional(), tags: some.optional() })
  .nullable()
  .transform((value) => (value && Object.values(value).some((list) => list !== undefined) ? value : null))
  .describe("The part of the calls that may be seen: accounts, and within them rooms or tags. Null: all.");
export const setUpBody = z.strictObject({ email, name, password });
export const personBody = z.strictObject({ email, name, password, role, limits: limits.default(null) });
export const inviteBody = personBody.omit({ password: true });
export const acceptBody = z.strictObject({ token: z.string("is missing").min(20, "is no token").max(100, "is no token"), password });
export const codeBody = z.strictObject({ code: z.string("is missing").trim().min(6, "has six digits").max(40, "is too long") });
export const personChange = z.strictObject({
  name: name.optional(),
  role: role.optional(),
  active: z.boolean().optional(),
  limits: limits.optional(),
  password: password.optional(),
});
export const passwordBody = z.strictObject({ current: z.string().max(1000), password });
export const tokenBody = z.strictObject({ name, role, limits: limits.default(null) }).superRefine(({ role: of, limits: set }, context) => {
  if (of === "admin" && set) context.addIssue({ code: "custom", path: ["limits"], message: "an admin sees everything; choose another role" });
});
