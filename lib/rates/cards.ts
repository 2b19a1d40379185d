import { randomUUID } from "node:crypto";
import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { AppError } from "../error";
import { kept, rateCards, readSettings, state } from "../state";

export type RateCard = typeof rateCards.$inferSelect;

export type RateCardInput = Pick<
  RateCard,
  | "name"
  | "currency"
  | "perMinute"
  | "perScreenMinute"
  | "perPublishedMinute"
  | "validFrom"
  | "validTo"
  | "conditions"
  | "includedMinutes"
  | "minimumCharge"
  | "tiers"
  | "taxName"
  | "taxPercent"
>;

const conditionCount = ({ conditions }: RateCard) => Object.values(conditions).filter((value) => value !== undefined).length;

const openCards = kept("rate-cards", async (): Promise<RateCard[]> => {
  const db = await state();
  const rows = await db
    .select()
    .from(rateCards)
    .where(isNull(rateCards.replacedAt))
    .orderBy(desc(rateCards.validFrom), desc(rateCards.createdAt), asc(rateCards.id));
  // The first card that fits a call is its card: those with more conditions first, then those that came into force last.
  return [...rows].sort((a, b) => conditionCount(b) - conditionCount(a));
});

/** The cards that figures of cost rest on, in the order in which they are tried: those in the workspace's currency. */
export async function currentCards(): Promise<RateCard[]> {
  const [cards, { currency }] = await Promise.all([openCards(), readSettings()]);
  return cards.filter((card) => card.currency === currency);
}

/** Every version of every card, the newest first. */
export async function listCards(): Promise<RateCard[]> {
  const db = await state();
  return db.select().from(rateCards).orderBy(asc(rateCards.name), asc(rateCards.id), desc(rateCards.version));
}

async function insert(id: string, version: number, input: RateCardInput, by: string): Promise<RateCard> {
  const db = await state();
  const [row] = await db
    .insert(rateCards)
    .values({ ...input, id, version, createdBy: by, createdAt: Date.now() })
    .returning();
  await openCards.forget();
  return row as RateCard;
}

export const addCard = (input: RateCardInput, by: string) => insert(randomUUID(), 1, input, by);

/** Marks the version in force as replaced and returns its number. Error: `not_found`. */
async function replace(id: string): Promise<number> {
  const db = await state();
  const [row] = await db
    .update(rateCards)
    .set({ replacedAt: Date.now() })
    .where(and(eq(rateCards.id, id), isNull(rateCards.replacedAt)))
    .returning({ version: rateCards.version });
  await openCards.forget();
  if (!row) throw new AppError("not_found", "There is no such rate card, or it was ended.");
  return row.version;
}

/** A new version of a card in place of the one in force. */
export async function changeCard(id: string, input: RateCardInput, by: string): Promise<RateCard> {
  return insert(id, (await replace(id)) + 1, input, by);
}

/** Takes a card out of force. Its versions stay listed. */
export async function endCard(id: string): Promise<void> {
  await replace(id);
}
