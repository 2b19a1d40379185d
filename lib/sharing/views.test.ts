import { afterAll, beforeAll, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { addPerson, setUp } from "../auth";
import { everything } from "../scope";
import { addView, changeView, defaultViewOf, listViews, removeView, setDefaultView, type Viewer } from "./views";

let store: ReturnType<typeof useDataDir>;
let admin: Viewer;
let reader: Viewer;
const input = { name: "Board rooms", page: "/quality", query: "room=r1&from=2026-10-01", team: false };

beforeAll(async () => {
  store = useDataDir();
  await setUp({ email: "admin@example.com", name: "Admin", password: "correct horse battery" });
  const added = await addPerson({ email: "reader@example.com", name: "Reader", password: "correct horse battery", role: "viewer", limits: null });
  reader = { id: added.id, role: "viewer", scope: everything };
  const { listPeople } = await import("../auth");
  const first = (await listPeople()).find(({ email }) => email === "admin@example.com");
  admin = { id: first?.id as string, role: "admin", scope: everything };
});
afterAll(() => store.close());

test("a private view is its owner's alone, also for an admin; a team view is everyone's", async () => {
  const view = await addView(input, reader);
  expect(await listViews(admin)).toEqual([]);
  await expect(changeView(view.id, { name: "Mine" }, admin)).rejects.toMatchObject({ code: "not_found" });
  await changeView(view.id, { team: true }, reader);
  expect((await listViews(admin))[0]).toMatchObject({ name: "Board rooms", isMine: false, ownerName: "Reader" });
});

test("a team view is changed by its owner and by an admin, by nobody else", async () => {
  const view = await addView({ ...input, name: "Of the team", team: true }, admin);
  await expect(removeView(view.id, reader)).rejects.toMatchObject({ code: "forbidden" });
  await changeView(view.id, { name: "Renamed" }, admin);
  expect((await listViews(reader)).map(({ name }) => name)).toContain("Renamed");
});

test("a person starts with the view of their choice until it is gone", async () => {
  const view = await addView(input, reader);
  await setDefaultView(view.id, reader);
  expect(await defaultViewOf(reader)).toBe("/quality?room=r1&from=2026-10-01");
  expect(await defaultViewOf(admin)).toBeNull();
  await removeView(view.id, reader);
  expect(await defaultViewOf(reader)).toBeNull();
});

test("whoever sees a part of the calls sees no views of others", async () => {
  await addView({ ...input, name: "Of the team", team: true }, admin);
  const limited: Viewer = { ...reader, scope: { limits: { rooms: ["r1"] }, masked: false } };
  expect((await listViews(limited)).every(({ isMine }) => isMine)).toBe(true);
  expect((await listViews(reader)).some(({ isMine }) => !isMine)).toBe(true);
});

test("a token has no views of its own", async () => {
  await expect(addView(input, { id: "some-token", role: "admin", scope: everything })).rejects.toMatchObject({ code: "forbidden" });
});
