import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { type Maker, makerOf, type Principal, whyStopped } from "../auth";
import { config } from "../config";
import { digestOf } from "../digest";
import { AppError, badInput, detailsOf } from "../error";
import { log } from "../log";
import type { View } from "../metrics";
import { once } from "../once";
import { both, isWithin } from "../scope";
import { kept, readSettings, type SharePage, shares, state } from "../state";
import { isDay, localDay, presetDays, type presets } from "../time";
import { type Report, reportOf } from "./report";
import { comparisonIn, isPersonal, keptView } from "./view-input";

export interface ShareInput {
  title: string;
  note: string;
  page: SharePage;
  query: string;
  /** A preset reckoned when the link is opened; null keeps the days of the view. */
  period: keyof typeof presets | null;
  kind: "live" | "snapshot";
  /** ISO; null for no end. */
  expiresAt: string | null;
  passwordHash: string | null;
  showCost: boolean;
  showNames: boolean;
  allowDownload: boolean;
  allowDays: boolean;
  embedIn: string;
}

export interface ShareLink {
  id: string;
  title: string;
  page: SharePage;
  kind: "live" | "snapshot";
  period: string | null;
  hasPassword: boolean;
  showCost: boolean;
  showNames: boolean;
  allowDownload: boolean;
  owner: string;
  /** Why nobody can open it: its maker is gone, or may not see any more what was frozen. Null where it opens. */
  stopped: string | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  openedCount: number;
  lastOpenedAt: string | null;
}

type Stored = typeof shares.$inferSelect;
/** Who makes a link, or looks after it. */
type Caller = Pick<Principal, "kind" | "id" | "maker" | "name" | "role" | "scope">;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** The view that a link is about, at an instant. Readers can only choose fewer of its days. */
async function viewOfShare(
  share: Pick<Stored, "query" | "period" | "scope">,
  now: number,
  days: { from?: string | undefined; to?: string | undefined } = {},
): Promise<View> {
  const { timeZone } = await readSettings();
  const whole = keptView(share.query, { tz: timeZone, now, scope: share.scope });
  const rolled = share.period === null ? whole : { ...whole, ...presetDays(share.period, localDay(whole.tz, now)) };
  const within = (day: string | undefined, usual: string) => (day !== undefined && isDay(day) && day >= rolled.from && day <= rolled.to ? day : usual);
  const [from, to] = [within(days.from, rolled.from), within(days.to, rolled.to)];
  return from <= to ? { ...rolled, from, to } : rolled;
}

/** Whether somebody may still show what a link shows; in words why not, for whoever looks after it. */
function whyClosed(share: Stored, maker: Maker | null): string | null {
  const gone = whyStopped(maker, share.owner);
  if (gone !== null || !maker) return gone;
  if (maker.scope.masked && isPersonal(share.query)) return `It is about persons by name, and names are hidden from its maker ${maker.name}.`;
  // What is frozen cannot be narrowed.
  const isTooMuch = !isWithin(share.scope, maker.scope) || (maker.scope.masked && share.showNames);
  return share.snapshot !== null && isTooMuch ? `It was frozen with more than its maker ${maker.name} may see now.` : null;
}

/** Makes a link. Its token is returned here and never again. */
export async function addShare(input: ShareInput, principal: Caller): Promise<{ id: string; token: string }> {
  const { scope, maker: ownerId, name: owner } = principal;
  if (input.showNames && scope.masked) throw badInput("showNames", "names are hidden from you");
  const now = Date.now();
  // What its maker may not see is not in it.
  const view = await viewOfShare({ ...input, scope }, now);
  const snapshot = input.kind === "snapshot" ? await reportOf(view, partsOf(input, view), owner) : null;
  const token = randomBytes(32).toString("base64url");
  const id = randomUUID();
  const db = await state();
  const { kind: _, expiresAt, ...rest } = input;
  await db.insert(shares).values({
    id,
    hash: digestOf(token),
    ...rest,
    snapshot,
    scope,
    expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
    owner,
    ownerId,
    token: principal.kind === "token" ? principal.id : null,
    createdAt: now,
  });
  await openShares.forget();
  return { id, token };
}

const partsOf = ({ page, query, showCost, showNames }: Pick<ShareInput, "page" | "query" | "showCost" | "showNames">, view: View) => ({
  page,
  cost: showCost,
  names: showNames,
  compare: comparisonIn(query, view),
});

/** Whose links somebody may see and end: an admin's all, a person's their own, a token's those that were made with it. */
const ofCaller = ({ kind, id, role }: Pick<Caller, "kind" | "id" | "role">) =>
  role === "admin" ? undefined : kind === "token" ? eq(shares.token, id) : eq(shares.ownerId, id);

/** Links: all of them for an admin, one's own for others. */
export async function listShares(caller: Pick<Caller, "kind" | "id" | "role">): Promise<ShareLink[]> {
  await writeOpenings();
  const db = await state();
  const rows = await db.select().from(shares).where(ofCaller(caller)).orderBy(desc(shares.createdAt));
  return Promise.all(
    rows.map(async (share) => {
      const { id, title, page, snapshot, period, passwordHash, showCost, showNames, allowDownload, openedCount } = share;
      const maker = await makerOf(share.ownerId);
      return {
        ...{ id, title, page, period, showCost, showNames, allowDownload, openedCount },
        kind: snapshot === null ? ("live" as const) : ("snapshot" as const),
        hasPassword: passwordHash !== null,
        owner: share.owner,
        stopped: whyClosed(share, maker),
        createdAt: iso(share.createdAt) as string,
        expiresAt: iso(share.expiresAt),
        revokedAt: iso(share.revokedAt),
        lastOpenedAt: iso(share.lastOpenedAt),
      };
    }),
  );
}

/** Ends a link at once. Error: `not_found`, also for someone else's. */
export async function revokeShare(id: string, caller: Pick<Caller, "kind" | "id" | "role">): Promise<void> {
  const db = await state();
  const ended = await db
    .update(shares)
    .set({ revokedAt: Date.now() })
    .where(and(eq(shares.id, id), ofCaller(caller), isNull(shares.revokedAt)))
    .returning({ id: shares.id });
  await openShares.forget();
  if (ended.length === 0) throw new AppError("not_found", "There is no such link, or it was revoked before.");
}

/** Makes an admin the maker of a link, so that it opens again and shows what they may see of what it was made with. Error: `not_found`. */
export async function takeOverShare(id: string, { maker: ownerId, name: owner }: Caller): Promise<void> {
  const db = await state();
  const taken = await db
    .update(shares)
    .set({ owner, ownerId })
    .where(and(eq(shares.id, id), isNull(shares.revokedAt)))
    .returning({ id: shares.id });
  await openShares.forget();
  if (taken.length === 0) throw new AppError("not_found", "There is no such link, or it was revoked before.");
}

/**
 * A link that may be opened, with what its maker may see and name now; null for one that is unknown, expired or revoked, and for
 * one whose maker may not show it any more: nobody is told which.
 */
export async function openShare(token: string): Promise<Stored | null> {
  if (!/^[\w-]{20,100}$/.test(token)) return null;
  const share = (await openShares()).get(digestOf(token));
  if (!share || (share.expiresAt !== null && share.expiresAt <= Date.now())) return null;
  const maker = await makerOf(share.ownerId);
  if (!maker || whyClosed(share, maker) !== null) return null;
  return { ...share, scope: both(share.scope, maker.scope), showNames: share.showNames && !maker.scope.masked };
}

/** Links that were not revoked, by the hash of their token. */
const openShares = kept("shares", async () => {
  const db = await state();
  const rows = await db.select().from(shares).where(isNull(shares.revokedAt));
  return new Map(rows.map((share) => [share.hash, share]));
});

const opened = () => once("share-openings", () => ({ counts: new Map<string, { count: number; lastAt: number }>(), timer: null as NodeJS.Timeout | null }));
const openedEveryMs = 2_000;

/** Counts an opening. Many at once are written together, so that a much-read report costs no write a reader. */
export function noteOpened(id: string): void {
  const pending = opened();
  pending.counts.set(id, { count: (pending.counts.get(id)?.count ?? 0) + 1, lastAt: Date.now() });
  pending.timer ??= setTimeout(() => {
    pending.timer = null;
    writeOpenings().catch((error: unknown) => log().error({ error: detailsOf(error) }, "openings not counted"));
  }, openedEveryMs).unref();
}

async function writeOpenings(): Promise<void> {
  const { counts } = opened();
  const written = [...counts];
  counts.clear();
  const db = await state();
  for (const [id, { count, lastAt }] of written) {
    await db
      .update(shares)
      .set({ openedCount: sql`${shares.openedCount} + ${count}`, lastOpenedAt: lastAt })
      .where(eq(shares.id, id));
  }
}

/** What a browser holds once its reader has told the password: good for this link and this password only. */
export function unlockedBy({ id, passwordHash }: Stored): string {
  return createHmac("sha256", config().NEXTAUTH_SECRET).update(`share:${id}:${passwordHash}`).digest("base64url");
}

export function isUnlocked(share: Stored, cookie: string | undefined): boolean {
  if (share.passwordHash === null) return true;
  const [held, wanted] = [Buffer.from(cookie ?? ""), Buffer.from(unlockedBy(share))];
  return held.length === wanted.length && timingSafeEqual(held, wanted);
}

const keyOf = ({ id, scope, showNames }: Stored, { from, to }: Pick<View, "from" | "to">) => JSON.stringify([id, from, to, scope, showNames]);
const keptMs = 30_000;
const mostKept = 200;

/** A link's report: a snapshot's as it was frozen, a live one's as it is, kept for half a minute under this link, these days and what its maker may see alone. */
export async function reportOfShare(share: Stored, days: { from?: string | undefined; to?: string | undefined }): Promise<Report> {
  if (share.snapshot !== null) return share.snapshot as Report;
  const now = Date.now();
  const view = await viewOfShare(share, now, share.allowDays ? days : {});
  const kept = once("share-reports", () => new Map<string, { at: number; report: Promise<Report> }>());
  const key = keyOf(share, view);
  const held = kept.get(key);
  if (held && now - held.at < keptMs) return held.report;
  const report = reportOf(view, partsOf(share, view), `link ${share.id}`);
  kept.delete(key);
  kept.set(key, { at: now, report });
  report.catch(() => kept.delete(key));
  if (kept.size > mostKept) kept.delete(kept.keys().next().value as string);
  return report;
}

/** A link's page, made from its report by `build` and kept as long, under the same link and days. */
export async function pageOfShare(
  share: Stored,
  days: { from?: string | undefined; to?: string | undefined },
  build: (report: Report) => string,
): Promise<string> {
  const report = await reportOfShare(share, days);
  const pages = once("share-pages", () => new Map<string, { madeAt: string; html: string }>());
  const key = keyOf(share, report);
  const held = pages.get(key);
  if (held?.madeAt === report.madeAt) return held.html;
  const html = build(report);
  pages.delete(key);
  pages.set(key, { madeAt: report.madeAt, html });
  if (pages.size > mostKept) pages.delete(pages.keys().next().value as string);
  return html;
}

/** The view of a link's files. */
export async function viewOfLink(share: Stored, days: { from?: string | undefined; to?: string | undefined }): Promise<View> {
  return viewOfShare(share, share.snapshot === null ? Date.now() : share.createdAt, share.allowDays ? days : {});
}

/** Takes a person out of frozen reports and of links' filters: a pseudonym stands in the place of the id, and no name. */
export async function forgetPerson(person: string, pseudonym: string, queryWithout: (query: string) => string): Promise<void> {
  const db = await state();
  // Only these lines of a report's head tell of persons; in others a short ref would be found by chance.
  const told = /^(person|user contains): /;
  for (const { id, query, snapshot } of await db.select({ id: shares.id, query: shares.query, snapshot: shares.snapshot }).from(shares)) {
    const report = snapshot as Report | null;
    const frozen = report && {
      ...report,
      filters: report.filters.map((line) => (told.test(line) ? line.replaceAll(person, pseudonym) : line)),
      tables: report.tables.map((table) => ({
        ...table,
        rows: table.rows.map((row) => (row.person === person ? { ...row, person: pseudonym } : row)),
        names: Object.fromEntries(Object.entries(table.names).filter(([one]) => one !== person && one !== pseudonym)),
      })),
    };
    const changed = queryWithout(query);
    if (changed === query && JSON.stringify(frozen) === JSON.stringify(snapshot)) continue;
    await db.update(shares).set({ query: changed, snapshot: frozen }).where(eq(shares.id, id));
  }
  await openShares.forget();
  for (const name of ["share-reports", "share-pages"]) once(name, () => new Map()).clear();
}
