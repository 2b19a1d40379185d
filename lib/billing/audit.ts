import Big from "big.js";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../error";
import {
  type AccountChoice,
  checkPeriod,
  everyAccount,
  type MetricsMeta,
  resolveAccounts,
  runMetrics,
  type View,
  type ViewDefaults,
  viewOf,
  viewShape,
  viewStatement,
} from "../metrics";
import { costSql, currentCards } from "../rates";
import { type FindingState, findingDecisions, state } from "../state";
import { Binder, type Row, type Statement, type Warehouse, warehouse } from "../warehouse";
import { type RuleName, ruleNames, ruleSql, rules } from "./rules";

export const auditShape = {
  rule: z.enum(ruleNames, "names no rule of the audit").optional().describe("Only findings of this rule."),
  state: z.enum(["open", "accepted", "disputed"], "must be open, accepted or disputed").optional(),
  limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1).max(1000).default(100),
  cursor: z.coerce.number("is not a cursor of this list").int().min(0).default(0).describe("`nextCursor` of the page before."),
  ...viewShape,
};

export const auditQuery = z.strictObject(auditShape).superRefine(checkPeriod);

export type AuditInput = z.output<typeof auditQuery>;

export interface Finding {
  /** Names the finding for good: its rule, account and call. */
  key: string;
  rule: RuleName;
  account: string;
  callId: string;
  callLogId: string | null;
  conference: string | null;
  room: string | null;
  person: string | null;
  userName: string | null;
  /** ISO. */
  loggedAt: string;
  /** Minutes at stake: billed too many, or with a minus too few. */
  minutes: number;
  /** The same in money by the rate card of the call, as an exact decimal; null where no card fits. */
  amount: string | null;
  /** What was found, in words, with its figures. */
  evidence: string;
  state: "open" | FindingState;
  note: string;
  decidedBy: string | null;
}

export interface RuleSummary {
  rule: RuleName;
  findings: number;
  minutes: number;
  amount: string | null;
  accepted: number;
  disputed: number;
}

export interface AuditAnswer {
  rows: Finding[];
  nextCursor: number | null;
  summary: RuleSummary[];
  meta: MetricsMeta;
}

interface Decision {
  key: string;
  state: FindingState;
  note: string;
  decidedBy: string;
}

async function decisions(): Promise<Map<string, Decision>> {
  const db = await state();
  return new Map((await db.select().from(findingDecisions)).map((row) => [row.key, row]));
}

/** Every finding of the view with its minutes and, in sixtieths, its money. */
async function findingsSql(store: Warehouse, view: View, accounts: AccountChoice, names: readonly RuleName[]): Promise<{ binder: Binder; sql: string }> {
  const { dialect } = store;
  const binder = new Binder(dialect);
  const cards = await currentCards();
  const scope = viewStatement(dialect, view, accounts, "*", "", binder).sql;
  const held = viewStatement(dialect, view, { ...accounts, counting: everyAccount.counting }, "*", "", binder).sql;
  const { accounts: among } = accounts.counting;
  const others = among ? ` WHERE d.account IN (${["", ...among].map(binder.bind).join(", ")})` : "";
  const doubled = `SELECT d.seq, max(coalesce(a.name, d.account)) AS other FROM doubled_calls d LEFT JOIN accounts a ON a.id = d.account${others} GROUP BY d.seq`;
  const found = names.map((name) => ruleSql(name)).join(" UNION ALL ");
  // The alias lets the rate cards look a room's tag up, as they do for calls.
  const sql = `WITH scope AS (${scope}), held AS (${held}), doubled AS (${doubled}), found AS (${found})
    SELECT calls.*, ${costSql(cards, binder, dialect)} AS cost_60 FROM (
      SELECT *, minutes AS billed_minutes, 0 AS screen_seconds, 0 AS published_seconds FROM found) calls`;
  return { binder, sql };
}

const money = (sixtieths: unknown) => (typeof sixtieths === "string" ? new Big(sixtieths).div(60).round(6, Big.roundHalfUp).toFixed() : null);

/** The audit of a view's calls: a summary a rule, and a page of findings, those with the most minutes at stake first. */
export async function audit(input: AuditInput, defaults: ViewDefaults): Promise<AuditAnswer> {
  const view = viewOf(input, defaults);
  const store = await warehouse();
  const [accounts, decided] = await Promise.all([resolveAccounts(view.account, view.scope), decisions()]);
  const [{ meta }, summary, page] = await Promise.all([
    runMetrics({ measures: ["calls"], by: [], view }),
    summarise(store, view, accounts, decided),
    pageOf(store, view, accounts, input, decided),
  ]);
  return { ...page, summary, meta };
}

/** Every finding of a view, page by page: for files, which need no summary. */
export async function* allFindings(view: View, narrowed: Pick<AuditInput, "rule" | "state"> = {}): AsyncGenerator<Finding[]> {
  const store = await warehouse();
  const [accounts, decided] = await Promise.all([resolveAccounts(view.account, view.scope), decisions()]);
  for (let cursor: number | null = 0; cursor !== null; ) {
    const page: Pick<AuditAnswer, "rows" | "nextCursor"> = await pageOf(store, view, accounts, { ...narrowed, limit: 1000, cursor }, decided);
    yield page.rows;
    cursor = page.nextCursor;
  }
}

async function pageOf(
  store: Warehouse,
  view: View,
  accounts: AccountChoice,
  input: PageInput,
  decided: Map<string, Decision>,
): Promise<Pick<AuditAnswer, "rows" | "nextCursor">> {
  const rows = await store.query(await pageSql(store, view, accounts, input, decided));
  return {
    rows: rows.slice(0, input.limit).map((row) => findingOf(row, decided)),
    nextCursor: rows.length > input.limit ? input.cursor + input.limit : null,
  };
}

/** What is at stake a rule, and how many of its findings in the view people have decided about. */
async function summarise(store: Warehouse, view: View, accounts: AccountChoice, decided: Map<string, Decision>): Promise<RuleSummary[]> {
  const { binder, sql } = await findingsSql(store, view, accounts, ruleNames);
  const { dialect } = store;
  const counted = (state: FindingState) => {
    const keys = [...decided.values()].filter((one) => one.state === state).map(({ key }) => binder.bind(key));
    return dialect.double(keys.length > 0 ? `count(*) FILTER (WHERE key IN (${keys.join(", ")}))` : "0");
  };
  const rows = await store.query<{ rule: RuleName; findings: number; minutes: number; cost: string | null; accepted: number; disputed: number }>(
    binder.statement(
      `SELECT rule, ${dialect.double("count(*)")} AS findings, ${dialect.double("sum(minutes)")} AS minutes, ${dialect.exact("sum(cost_60)")} AS cost,
         ${counted("accepted")} AS accepted, ${counted("disputed")} AS disputed FROM (${sql}) told GROUP BY rule`,
    ),
  );
  return ruleNames.map((rule) => {
    const { cost = null, ...row } = rows.find((one) => one.rule === rule) ?? { findings: 0, minutes: 0, accepted: 0, disputed: 0 };
    return { ...row, rule, amount: money(cost) };
  });
}

type PageInput = Pick<AuditInput, "rule" | "state" | "limit" | "cursor">;

async function pageSql(store: Warehouse, view: View, accounts: AccountChoice, input: PageInput, decided: Map<string, Decision>): Promise<Statement> {
  const { dialect } = store;
  const { binder, sql } = await findingsSql(store, view, accounts, input.rule ? [input.rule] : ruleNames);
  const conditions: string[] = [];
  if (input.state) {
    const keys = [...decided.values()].filter((one) => input.state === "open" || one.state === input.state).map(({ key }) => binder.bind(key));
    if (input.state === "open") {
      if (keys.length > 0) conditions.push(`key NOT IN (${keys.join(", ")})`);
    } else conditions.push(keys.length > 0 ? `key IN (${keys.join(", ")})` : "false");
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  return binder.statement(
    `SELECT key, rule, account, call_id, call_log_id, conf_num, room_id, person, user_name, logged_ms, ${dialect.double("minutes")} AS minutes,
       ${dialect.exact("cost_60")} AS cost, ${dialect.double("a")} AS a, ${dialect.double("b")} AS b, told FROM (${sql}) told ${where}
     ORDER BY abs(minutes) DESC, logged_ms, key LIMIT ${input.limit + 1} OFFSET ${input.cursor}`,
  );
}

function findingOf(row: Row, decided: Map<string, Decision>): Finding {
  const rule = row.rule as RuleName;
  const decision = decided.get(row.key as string);
  return {
    key: row.key as string,
    rule,
    account: row.account as string,
    callId: row.call_id as string,
    callLogId: row.call_log_id as string | null,
    conference: row.conf_num as string | null,
    room: row.room_id as string | null,
    person: row.person as string | null,
    userName: row.user_name as string | null,
    loggedAt: new Date(row.logged_ms as number).toISOString(),
    minutes: row.minutes as number,
    amount: money(row.cost),
    evidence: rules[rule].tell(row.a as number | null, row.b as number | null, row.told as string | null),
    state: decision?.state ?? "open",
    note: decision?.note ?? "",
    decidedBy: decision?.decidedBy ?? null,
  };
}

/** Accepts or disputes a finding, or opens it again. Error: `not_found` for a key that names no rule. */
export async function decide(key: string, decision: { state: "open" | FindingState; note: string }, by: string): Promise<void> {
  if (!(ruleNames as readonly string[]).includes(key.split(":")[0] ?? "")) throw new AppError("not_found", "There is no such finding.");
  const db = await state();
  if (decision.state === "open") {
    await db.delete(findingDecisions).where(eq(findingDecisions.key, key));
    return;
  }
  const row = { state: decision.state, note: decision.note, decidedBy: by, decidedAt: Date.now() };
  await db
    .insert(findingDecisions)
    .values({ key, ...row })
    .onConflictDoUpdate({ target: findingDecisions.key, set: row });
}
