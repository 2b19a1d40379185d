import { randomUUID } from "node:crypto";
import { asc, eq, or } from "drizzle-orm";
import { AppError } from "../error";
import { isLimited, type Scope } from "../scope";
import { people, type Role, state, views } from "../state";

/** A page with its filters, under a name. */
export interface SavedView {
  id: string;
  name: string;
  page: string;
  query: string;
  team: boolean;
  owner: string;
  ownerName: string;
  isMine: boolean;
  isDefault: boolean;
  /** ISO. */
  updatedAt: string;
}

export interface ViewInput {
  name: string;
  page: string;
  query: string;
  team: boolean;
}

/** Who asks: an API token has no views of its own and sees those of the team. */
export interface Viewer {
  id: string;
  role: Role;
  scope: Scope;
}

/** A person's own views and those of the team, by name. Whoever sees a part of the calls has only their own: filters tell of rooms. */
export async function listViews(viewer: Viewer): Promise<SavedView[]> {
  const db = await state();
  const [person] = await db.select({ defaultView: people.defaultView }).from(people).where(eq(people.id, viewer.id));
  const rows = await db
    .select({ view: views, ownerName: people.name })
    .from(views)
    .innerJoin(people, eq(people.id, views.owner))
    .where(isLimited(viewer.scope) ? eq(views.owner, viewer.id) : or(eq(views.team, true), eq(views.owner, viewer.id)))
    .orderBy(asc(views.name), asc(views.createdAt));
  return rows.map(({ view: { id, name, page, query, team, owner, updatedAt }, ownerName }) => ({
    id,
    name,
    page,
    query,
    team,
    owner,
    ownerName,
    isMine: owner === viewer.id,
    isDefault: person?.defaultView === id,
    updatedAt: new Date(updatedAt).toISOString(),
  }));
}

/** A view that somebody may see: their own, or one of the team. Error: `not_found`, also for someone else's. */
export async function seenView(id: string, viewer: Viewer): Promise<SavedView> {
  const view = (await listViews(viewer)).find((one) => one.id === id);
  if (!view) throw new AppError("not_found", "There is no such view.");
  return view;
}

/** Views are changed by who made them; those of the team by an admin too. Errors: `not_found`, `forbidden`. */
async function mine(id: string, viewer: Viewer): Promise<SavedView> {
  const view = await seenView(id, viewer);
  if (!view.isMine && viewer.role !== "admin") throw new AppError("forbidden", `This view is ${view.ownerName}'s. Save your own instead.`);
  return view;
}

export async function addView(input: ViewInput, viewer: Viewer): Promise<SavedView> {
  const db = await state();
  const [person] = await db.select({ id: people.id }).from(people).where(eq(people.id, viewer.id));
  if (!person) throw new AppError("forbidden", "Views belong to people. Sign in to save one.");
  const id = randomUUID();
  const now = Date.now();
  await db.insert(views).values({ id, owner: viewer.id, ...input, createdAt: now, updatedAt: now });
  return seenView(id, viewer);
}

export async function changeView(id: string, input: Partial<ViewInput>, viewer: Viewer): Promise<SavedView> {
  await mine(id, viewer);
  const db = await state();
  await db
    .update(views)
    .set({ ...input, updatedAt: Date.now() })
    .where(eq(views.id, id));
  return seenView(id, viewer);
}

export async function removeView(id: string, viewer: Viewer): Promise<void> {
  await mine(id, viewer);
  const db = await state();
  await db.update(people).set({ defaultView: null }).where(eq(people.defaultView, id));
  await db.delete(views).where(eq(views.id, id));
}

/** Makes a view the page that a person starts with; null for Overview again. Error: `not_found`. */
export async function setDefaultView(id: string | null, viewer: Viewer): Promise<void> {
  if (id !== null) await seenView(id, viewer);
  const db = await state();
  await db.update(people).set({ defaultView: id }).where(eq(people.id, viewer.id));
}

/** The address that a person starts with. A team view that is private again counts no more. */
export async function defaultViewOf(viewer: Viewer): Promise<string | null> {
  const view = (await listViews(viewer)).find(({ isDefault }) => isDefault);
  return view ? `${view.page}${view.query ? `?${view.query}` : ""}` : null;
}
