import { z } from "zod";
import { isZone } from "../time";
import { kept } from "./kept";
import { settings } from "./schema";
import { state } from "./state";

const isCurrency = (code: string) => Intl.supportedValuesOf("currency").includes(code);
const isLocale = (tag: string) => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
};

export const workspaceSettings = z.strictObject({
  timeZone: z.string().refine(isZone, "must be a time zone such as UTC or Asia/Kolkata").default("UTC"),
  currency: z.string().refine(isCurrency, "must be an ISO 4217 code such as INR").default("INR"),
  locale: z.string().refine(isLocale, "must be a language tag such as en-IN").default("en-IN"),
  viewersSeeNames: z.boolean("must be true or false").default(false).describe("Whether viewers see names, refs, addresses and agents."),
});

/** What the whole installation shares. */
export type WorkspaceSettings = z.output<typeof workspaceSettings>;

export const readSettings = kept("settings", async (): Promise<WorkspaceSettings> => {
  const db = await state();
  const rows = await db.select().from(settings);
  const known = Object.keys(workspaceSettings.shape);
  return workspaceSettings.parse(Object.fromEntries(rows.filter(({ key }) => known.includes(key)).map(({ key, value }) => [key, value])));
});

export async function writeSettings(next: WorkspaceSettings): Promise<void> {
  const db = await state();
  await db.transaction(async (transaction) => {
    for (const [key, value] of Object.entries(next)) {
      await transaction.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } });
    }
  });
  await readSettings.forget();
}
