import { z } from "zod";
import { checkPeriod, viewShape } from "../metrics";
import { roles } from "../state";
import { isDay } from "../time";

/** The inputs of the routes that are not figures; pages and the OpenAPI file read them too. */

const day = z.string("must be a day as YYYY-MM-DD").refine(isDay, "must be a day as YYYY-MM-DD");
const name = z.string("is missing").trim().min(1, "must not be empty").max(200, "is too long");
const account = z.string().min(1, "must not be empty").max(200).optional().describe("An account, by id or name. Default: the first.");

export const roomPath = z.object({ room: name });
export const confPath = z.object({ conf: name });
export const periodPath = z.object({ from: day, to: day }).superRefine(checkPeriod);
export const roomPeriodPath = z.object({ room: name, from: day, to: day }).superRefine(checkPeriod);
export const callPath = z.object({ cdrId: name });
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
const cleared = z
  .string()
  .trim()
  .max(200, "is too long")
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
  query: z.string("is missing").max(4_000, "is too long").describe("The address's query, without the question mark."),
  team: z.boolean("must be true or false").default(false),
});
export const viewChange = z.strictObject({
  name: name.optional(),
  page: page.optional(),
  query: viewBody.shape.query.optional(),
  team: z.boolean("must be true or false").optional(),
  isDefault: z.boolean("must be true or false").optional().describe("Whether this person starts with it."),
});
export const coverageQuery = z.strictObject({ from: day, to: day, account: viewShape.account }).superRefine(checkPeriod);
export const rejectedQuery = z.strictObject({
  account: viewShape.account,
  limit: z.coerce.number("must be a whole number").int().min(1).max(500).default(100),
  cursor: z.coerce.number("is not a cursor of this list").int().min(0).default(0).describe("`nextCursor` of the page before."),
});
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
export const accountBody = z.strictObject({ name, baseUrl, appId, appKey });
export const accountChange = z.strictObject({ name, baseUrl, appId, appKey: appKey.optional().describe("Absent: the stored key stays.") });
export const connectionTest = z.union([z.strictObject({ id: name }), accountBody], "needs either id, or name, baseUrl, appId and appKey");

const email = z.email("must be an e-mail address").max(320);
const password = z.string("is missing").min(10, "must have at least 10 characters").max(1000, "is too long");
const role = z.enum(roles, "must be viewer, analyst or admin");
export const setUpBody = z.strictObject({ email, name, password });
export const personBody = z.strictObject({ email, name, password, role });
export const personChange = z.strictObject({ name: name.optional(), role: role.optional(), active: z.boolean().optional(), password: password.optional() });
export const passwordBody = z.strictObject({ current: z.string().max(1000), password });
export const tokenBody = z.strictObject({ name, role });
