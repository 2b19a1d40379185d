import { sql } from "drizzle-orm";
import { bigint, bigserial, boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { everything, type Limits, type Scope } from "../scope";

/** Instants are whole milliseconds since 1970 UTC, days are `YYYY-MM-DD` in UTC. */
const instant = (name: string) => bigint(name, { mode: "number" });

export const roles = ["viewer", "analyst", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whose something is, as an id of lib/auth/rights: it is looked at through their rights at every use. Null where nobody knows; the name stays, to be told. */
const madeBy = { owner: text("owner").notNull(), ownerId: text("owner_id") };

export const people = pgTable("people", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(),
  name: text("name").notNull(),
  role: text("role").$type<Role>().notNull(),
  /** scrypt; see lib/auth/password. Null for whoever has none: invited, or signing in through the identity provider. */
  passwordHash: text("password_hash"),
  active: boolean("active").notNull().default(true),
  /** The part of the calls that this person may see; null for all. */
  limits: jsonb("limits").$type<Limits>(),
  /** The secret of two-step sign-in, encrypted; null where it is off. */
  totpCipher: text("totp_cipher"),
  /** Set once a first code has shown that the secret arrived. */
  totpSince: instant("totp_since"),
  /** The last period of 30 s whose code was used: a code counts once. */
  totpLast: instant("totp_last"),
  /** SHA-256 of recovery codes that were not used. */
  recovery: jsonb("recovery").$type<string[]>(),
  /** Issuer and subject at the identity provider, for whoever signs in through it. */
  oidcSubject: text("oidc_subject").unique(),
  /** The saved view that this person starts with. */
  defaultView: text("default_view"),
  createdAt: instant("created_at").notNull(),
});

export const sessions = pgTable("sessions", {
  id: text("id").primaryKey(),
  personId: text("person_id")
    .notNull()
    .references(() => people.id),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  revokedAt: instant("revoked_at"),
});

export const apiTokens = pgTable("api_tokens", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** SHA-256 of the token: it is random, so a slow hash would add nothing. */
  hash: text("hash").notNull().unique(),
  role: text("role").$type<Role>().notNull(),
  limits: jsonb("limits").$type<Limits>(),
  /** The person who made it, also by way of another token; `operator` for that of the environment. See lib/auth/rights. */
  createdBy: text("created_by"),
  createdAt: instant("created_at").notNull(),
  lastUsedAt: instant("last_used_at"),
  revokedAt: instant("revoked_at"),
});

/** Links by which somebody sets a password: an invitation, or a reset that an admin made. The token is stored as a hash and counts once. */
export const invites = pgTable("invites", {
  id: text("id").primaryKey(),
  hash: text("hash").notNull().unique(),
  personId: text("person_id")
    .notNull()
    .references(() => people.id),
  createdBy: text("created_by").notNull(),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Where somebody has signed in from before: strangers cannot slow them down there. */
export const signInPlaces = pgTable(
  "sign_in_places",
  {
    subject: text("subject").notNull(),
    address: text("address").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.address] })],
);

/** Failed sign-ins by whom they were of, from where, and both. */
export const signInFailures = pgTable("sign_in_failures", {
  key: text("key").primaryKey(),
  failures: integer("failures").notNull(),
  lastAt: instant("last_at").notNull(),
});

/** Projects at an API whose calls are loaded, and those that were removed: their calls may still be held. */
export const accounts = pgTable(
  "accounts",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    baseUrl: text("base_url").notNull(),
    appId: text("app_id").notNull(),
    /** Origin of the base URL and APP_ID: what the account is. Null for removed ones of which it is not known. */
    project: text("project").unique(),
    /** AES-256-GCM; see lib/vault. Null once it was removed. */
    appKeyCipher: text("app_key_cipher"),
    /** Set for the account that the operator's environment made: its host may be private. */
    trustedHost: boolean("trusted_host").notNull().default(false),
    /** Days after which names, refs, addresses and agents of its calls are purged; null keeps them. */
    retentionDays: integer("retention_days"),
    /** SHA-256 of the secret with which the CDR service says that a conference is ready; null where it may not. */
    notifyHash: text("notify_hash"),
    /** Whether calls that a later answer did not have any more count in figures. */
    countsWithdrawn: boolean("counts_withdrawn").notNull().default(true),
    /** Whether calls that another account has too count under both. */
    countsDoubled: boolean("counts_doubled").notNull().default(false),
    /** Whether figures over all accounts are of its calls too: somebody may keep out what a removed account left. */
    counted: boolean("counted").notNull().default(true),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [uniqueIndex("one_account_of_a_name").on(table.name).where(sql`removed_at IS NULL`)],
);

/** Which days were loaded, as it was kept before it moved to the warehouse. What stands here is taken over at the next start. */
export const coverage = pgTable(
  "coverage",
  {
    account: text("account").notNull(),
    day: text("day").notNull(),
    fetchedAt: instant("fetched_at"),
    calls: integer("calls").notNull().default(0),
    error: text("error"),
    failedAt: instant("failed_at"),
  },
  (table) => [primaryKey({ columns: [table.account, table.day] })],
);

/** Why the last try to load an account's UTC day failed. What was loaded of the day, the warehouse knows. */
export const failedDays = pgTable(
  "failed_days",
  {
    account: text("account").notNull(),
    day: text("day").notNull(),
    error: text("error").notNull(),
    failedAt: instant("failed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.day] })],
);

export type JobState = "running" | "done" | "failed";

export const jobs = pgTable("jobs", {
  id: text("id").primaryKey(),
  account: text("account").notNull(),
  from: text("from_day").notNull(),
  to: text("to_day").notNull(),
  /** `all` loads every day again; `open` only days that are not final. */
  mode: text("mode").$type<"all" | "open">().notNull(),
  state: text("state").$type<JobState>().notNull(),
  daysDone: integer("days_done").notNull().default(0),
  daysTotal: integer("days_total").notNull().default(0),
  calls: integer("calls").notNull().default(0),
  rejected: integer("rejected").notNull().default(0),
  duplicates: integer("duplicates").notNull().default(0),
  error: text("error"),
  requestedBy: text("requested_by").notNull(),
  createdAt: instant("created_at").notNull(),
  finishedAt: instant("finished_at"),
});

/** What people call a room and where its cost belongs; mirrored into the warehouse, where figures need it. */
export const roomLabels = pgTable("room_labels", {
  roomId: text("room_id").primaryKey(),
  label: text("label"),
  tag: text("tag"),
  changedBy: text("changed_by").notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** To which calls a rate card applies; an absent condition lets every call through. */
export interface RateConditions {
  account?: string[];
  app?: string[];
  role?: string[];
  room?: string[];
  tag?: string[];
  sip?: boolean;
}

/** A volume tier: what minutes above a number cost. */
export interface RateTier {
  above: number;
  perMinute: string;
}

/** Versions of rate cards. One is never edited: a change is a new version, and the old one says when it was replaced. Amounts are decimals as text. */
export const rateCards = pgTable(
  "rate_cards",
  {
    id: text("id").notNull(),
    version: integer("version").notNull(),
    name: text("name").notNull(),
    currency: text("currency").notNull(),
    perMinute: text("per_minute").notNull(),
    perScreenMinute: text("per_screen_minute").notNull().default("0"),
    perPublishedMinute: text("per_published_minute").notNull().default("0"),
    validFrom: text("valid_from").notNull(),
    validTo: text("valid_to"),
    conditions: jsonb("conditions").$type<RateConditions>().notNull(),
    includedMinutes: integer("included_minutes").notNull().default(0),
    minimumCharge: text("minimum_charge").notNull().default("0"),
    tiers: jsonb("tiers").$type<RateTier[]>().notNull(),
    taxName: text("tax_name"),
    taxPercent: text("tax_percent").notNull().default("0"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    replacedAt: instant("replaced_at"),
  },
  (table) => [primaryKey({ columns: [table.id, table.version] })],
);

/** What a month may cost, for everything or for one account or tag. */
export const budgets = pgTable(
  "budgets",
  {
    scope: text("scope").$type<"all" | "account" | "tag">().notNull(),
    /** The account's id or the tag; empty for everything. */
    name: text("name").notNull(),
    amount: text("amount").notNull(),
    changedBy: text("changed_by").notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.name] })],
);

export type FindingState = "accepted" | "disputed";

/** What people decided about findings of the audit, by the finding's own key. */
export const findingDecisions = pgTable("finding_decisions", {
  key: text("key").primaryKey(),
  state: text("state").$type<FindingState>().notNull(),
  note: text("note").notNull().default(""),
  decidedBy: text("decided_by").notNull(),
  decidedAt: instant("decided_at").notNull(),
});

export const scheduleForms = ["workbook", "calls", "html"] as const;
export type ScheduleForm = (typeof scheduleForms)[number];
export const scheduleRhythms = ["day", "week", "month"] as const;
export type ScheduleRhythm = (typeof scheduleRhythms)[number];

/** A report sent by e-mail again and again: of a saved view as it was when somebody chose it. */
export const schedules = pgTable("schedules", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** What the saved view was called, its page and its query. Null where a view was gone before they were kept: nothing is sent. */
  viewName: text("view_name"),
  page: text("page"),
  query: text("query"),
  form: text("form").$type<ScheduleForm>().notNull(),
  every: text("every").$type<ScheduleRhythm>().notNull(),
  /** Hour of the day in `tz`; weeks start on Monday, months on their first. */
  hour: integer("hour").notNull(),
  tz: text("tz").notNull(),
  /** A preset of the filter bar, reckoned on the day of sending. */
  period: text("period").notNull(),
  recipients: jsonb("recipients").$type<string[]>().notNull(),
  active: boolean("active").notNull().default(true),
  ...madeBy,
  createdAt: instant("created_at").notNull(),
  nextAt: instant("next_at").notNull(),
});

export type RunState = "waiting" | "sending" | "sent" | "failed";

/** One sending of a schedule. A schedule and an instant have one run, whatever happens in between. */
export const scheduleRuns = pgTable(
  "schedule_runs",
  {
    schedule: text("schedule").notNull(),
    dueAt: instant("due_at").notNull(),
    state: text("state").$type<RunState>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    retryAt: instant("retry_at"),
    /** Addresses that have had it. */
    sentTo: jsonb("sent_to").$type<string[]>().notNull().default([]),
    error: text("error"),
    endedAt: instant("ended_at"),
  },
  (table) => [primaryKey({ columns: [table.schedule, table.dueAt] })],
);

export const sharePages = ["overview", "usage", "quality", "tracks", "billing"] as const;
export type SharePage = (typeof sharePages)[number];

/** A link to one report for people without an account. Its token is random and stored as a hash. */
export const shares = pgTable("shares", {
  id: text("id").primaryKey(),
  hash: text("hash").notNull().unique(),
  title: text("title").notNull(),
  note: text("note").notNull().default(""),
  page: text("page").$type<SharePage>().notNull(),
  /** The view's query, as the filter bar writes it. */
  query: text("query").notNull(),
  /** A preset reckoned when the link is opened; null where the days are fixed. */
  period: text("period"),
  /** The frozen report of a snapshot; null for a live link. */
  snapshot: jsonb("snapshot"),
  expiresAt: instant("expires_at"),
  passwordHash: text("password_hash"),
  showCost: boolean("show_cost").notNull().default(false),
  showNames: boolean("show_names").notNull().default(false),
  allowDownload: boolean("allow_download").notNull().default(false),
  /** Whether readers may choose fewer days. */
  allowDays: boolean("allow_days").notNull().default(false),
  /** Sites that may embed it, separated by spaces; empty for none. */
  embedIn: text("embed_in").notNull().default(""),
  /** What its maker could see, as it was then. */
  scope: jsonb("scope").$type<Scope>().notNull().default(everything),
  ...madeBy,
  /** The API token that it was made with; null for none. */
  token: text("token"),
  createdAt: instant("created_at").notNull(),
  revokedAt: instant("revoked_at"),
  openedCount: integer("opened_count").notNull().default(0),
  lastOpenedAt: instant("last_opened_at"),
});

export const alertMeasures = ["bad_share", "billed_minutes", "calls", "cost", "budget", "failed_loads", "rejected"] as const;
export type AlertMeasure = (typeof alertMeasures)[number];

/** A figure that somebody wants to be told of when it passes a mark. */
export const alerts = pgTable("alerts", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  measure: text("measure").$type<AlertMeasure>().notNull(),
  way: text("way").$type<"above" | "below">().notNull(),
  /** In the measure's own unit; shares as fractions. */
  mark: doublePrecision("mark").notNull(),
  /** Whole days that the figure is of, today included. */
  days: integer("days").notNull(),
  /** Fewer calls than so many say nothing. */
  minCalls: integer("min_calls").notNull().default(0),
  /** The view's filters, as the filter bar writes them. */
  query: text("query").notNull(),
  tz: text("tz").notNull(),
  recipients: jsonb("recipients").$type<string[]>().notNull(),
  webhookUrl: text("webhook_url"),
  /** The secret that signs its webhook, encrypted; see lib/vault. */
  webhookCipher: text("webhook_cipher"),
  active: boolean("active").notNull().default(true),
  ...madeBy,
  createdAt: instant("created_at").notNull(),
  checkedAt: instant("checked_at"),
  value: doublePrecision("value"),
  /** Why the last check could not tell. */
  error: text("error"),
});

/** A breach of an alert. An alert has one open breach at most, whatever runs at the same time. */
export const breaches = pgTable(
  "breaches",
  {
    id: text("id").primaryKey(),
    alert: text("alert").notNull(),
    at: instant("at").notNull(),
    value: doublePrecision("value").notNull(),
    resolvedAt: instant("resolved_at"),
    resolvedValue: doublePrecision("resolved_value"),
  },
  (table) => [uniqueIndex("one_open_breach").on(table.alert).where(sql`resolved_at IS NULL`)],
);

/** What is told of a breach: by each way once when it begins and once when it ends. */
export const alertMessages = pgTable(
  "alert_messages",
  {
    breach: text("breach").notNull(),
    kind: text("kind").$type<"breach" | "resolved">().notNull(),
    by: text("by").$type<"mail" | "webhook">().notNull(),
    state: text("state").$type<RunState>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    retryAt: instant("retry_at").notNull(),
    error: text("error"),
    endedAt: instant("ended_at"),
  },
  (table) => [primaryKey({ columns: [table.breach, table.kind, table.by] })],
);

/** Conferences of which the CDR service said that their CDRs are ready. */
export const notices = pgTable(
  "notices",
  {
    id: text("id").primaryKey(),
    account: text("account").notNull(),
    conf: text("conf").notNull(),
    state: text("state").$type<"waiting" | "done" | "failed">().notNull(),
    attempts: integer("attempts").notNull().default(0),
    retryAt: instant("retry_at").notNull(),
    receivedAt: instant("received_at").notNull(),
    calls: integer("calls"),
    error: text("error"),
  },
  (table) => [uniqueIndex("one_waiting_notice").on(table.account, table.conf).where(sql`state = 'waiting'`)],
);

/** Who did what, when and from where. The database itself lets nobody change or remove an entry. */
export const journal = pgTable("journal", {
  id: bigserial("id", { mode: "number" }).primaryKey(),
  at: instant("at").notNull(),
  actor: text("actor").notNull(),
  /** `sign-in`, or the method and path of the request. */
  action: text("action").notNull(),
  /** `ok`, or why not. */
  outcome: text("outcome").notNull(),
  address: text("address").notNull(),
});

/** A page with its filters under a name: an address that somebody wants to come back to. */
export const views = pgTable("views", {
  id: text("id").primaryKey(),
  owner: text("owner")
    .notNull()
    .references(() => people.id),
  name: text("name").notNull(),
  /** The page, such as `/quality`. */
  page: text("page").notNull(),
  /** The address's query, as the filter bar writes it. */
  query: text("query").notNull(),
  /** Whether everyone sees it. */
  team: boolean("team").notNull().default(false),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

export const settings = pgTable("settings", { key: text("key").primaryKey(), value: jsonb("value").notNull() });
