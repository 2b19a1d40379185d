import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { and, desc, eq, isNull, or, sql } from "drizzle-orm";
import { config } from "../config";
import { digestOf } from "../digest";
import { AppError, badInput, detailsOf } from "../error";
import { log } from "../log";
import { type View, viewOf } from "../metrics";
import { once } from "../once";
import type { Scope } from "../scope";
import { kept, type Role, readSettings, type SharePage, shares, state } from "../state";
import { isDay, localDay, presets } from "../time";
import { type Report, reportOf } from "./report";
import { comparisonIn, viewInput } from "./view-input";

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
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  openedCount: number;
  lastOpenedAt: string | null;
}

type Stored = typeof shares.$inferSelect;

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** The view that a link is about, at an instant. Readers can only choose fewer of its days. */
async function viewOfShare(
  share: Pick<Stored, "query" | "period" | "scope">,
  now: number,
  days: { from?: string | undefined; to?: string | undefined } = {},
): Promise<View> {
  const { timeZone } = await readSettings();
  const parsed = viewInput(share.query);
  if (!parsed.success) throw new AppError("bad_input", "query: is no view of a page", { errors: { query: ["is no view of a page"] } });
  const whole = viewOf(parsed.data, { tz: timeZone, now, scope: share.scope });
  const rolled = share.period === null ? whole : { ...whole, ...presets[share.period as keyof typeof presets].of(localDay(whole.tz, now)) };
  const within = (day: string | undefined, usual: string) => (day !== undefined && isDay(day) && day >= rolled.from && day <= rolled.to ? day : usual);
  const [from, to] = [within(days.from, rolled.from), within(days.to, rolled.to)];
  return from <= to ? { ...rolled, from, to } : rolled;
}

/** Who makes a link. */
export interface Maker {
  id: string;
  name: string;
  role: Role;
  scope: Scope;
}

/** Makes a link. Its token is returned here and never again. */
export async function addShare(input: ShareInput, { id: ownerId, name: owner, scope }: Maker): Promise<{ id: string; token: string }> {
  if (input.showNames && scope.masked) throw badInput("showNames", "names are hidden from you");
  const now = Date.now();
  // What its maker may not see is not in it.
  const view = await viewOfShare({ ...input, scope }, now);
  const snapshot = input.kind === "snapshot" ? await reportOf(view, partsOf(input, view)) : null;
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

type Owner = Pick<Maker, "id" | "name" | "role">;

const ofViewer = ({ id, name, role }: Owner) =>
  role === "admin" ? undefined : or(eq(shares.ownerId, id), and(isNull(shares.ownerId), eq(shares.owner, name)));

/** Links: all of them for an admin, one's own for others. */
export async function listShares(viewer: Owner): Promise<ShareLink[]> {
  await writeOpenings();
  const db = await state();
  const rows = await db.select().from(shares).where(ofViewer(viewer)).orderBy(desc(shares.createdAt));
  return rows.map(
    ({
      id,
      title,
      page,
      snapshot,
      period,
      passwordHash,
      showCost,
      showNames,
      allowDownload,
      owner,
      createdAt,
      expiresAt,
      revokedAt,
      openedCount,
      lastOpenedAt,
    }) => ({
      id,
      title,
      page,
      kind: snapshot === null ? "live" : "snapshot",
      period,
      hasPassword: passwordHash !== null,
      showCost,
      showNames,
      allowDownload,
      owner,
      createdAt: iso(createdAt) as string,
      expiresAt: iso(expiresAt),
      revokedAt: iso(revokedAt),
      openedCount,
      lastOpenedAt: iso(lastOpenedAt),
    }),
  );
}

/** Ends a link at once. Error: `not_found`, also for someone else's. */
export async function revokeShare(id: string, viewer: Owner): Promise<void> {
  const db = await state();
  const ended = await db
    .update(shares)
    .set({ revokedAt: Date.now() })
    .where(and(eq(shares.id, id), ofViewer(viewer), isNull(shares.revokedAt)))
    .returning({ id: shares.id });
  await openShares.forget();
  if (ended.length === 0) throw new AppError("not_found", "There is no such link, or it was revoked before.");
}

/** A link that may be opened; null for one that is unknown, expired or revoked: nobody is told which. */
export async function openShare(token: string): Promise<Stored | null> {
  if (!/^[\w-]{20,100}$/.test(token)) return null;
  const share = (await openShares()).get(digestOf(token));
  return !share || (share.expiresAt !== null && share.expiresAt <= Date.now()) ? null : share;
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

const keptMs = 30_000;
const mostKept = 200;

/** A link's report: a snapshot's as it was frozen, a live one's as it is, kept for half a minute under this link and these days alone. */
export async function reportOfShare(share: Stored, days: { from?: string | undefined; to?: string | undefined }): Promise<Report> {
  if (share.snapshot !== null) return share.snapshot as Report;
  const now = Date.now();
  const view = await viewOfShare(share, now, share.allowDays ? days : {});
  const kept = once("share-reports", () => new Map<string, { at: number; report: Promise<Report> }>());
  const key = `${share.id} ${view.from} ${view.to}`;
  const held = kept.get(key);
  if (held && now - held.at < keptMs) return held.report;
  const report = reportOf(view, partsOf(share, view));
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
  const key = `${share.id} ${report.from} ${report.to}`;
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
