import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { config } from "./config";
import { AppError, messageOf } from "./error";
import { log } from "./log";
import { openState, settings, state } from "./state";
import { type WarehouseIdentity, warehouse } from "./warehouse";

/** Under this key the state store keeps the ids of the warehouses that it has worked with, the latest last. */
const key = "warehouses";

/**
 * Opens both stores and sees that they belong together, before anything is loaded, removed or set aside. A warehouse that is new, or
 * empty, may take the place of one that is gone: its days are missing, and told so. Another's, with calls in it, may not.
 * Errors: `storage_damaged` and `storage_locked`, with what to do.
 */
export async function openStores(): Promise<void> {
  keepToOurselves(config().DATA_DIR);
  // The warehouse comes first: its lock is what keeps a second process off DATA_DIR.
  await warehouse(pair);
}

/**
 * What lies in DATA_DIR is for the account that Meetledger runs under and nobody else, also where the folder was there before. Some
 * file systems and volumes of others know no such modes; the log says so.
 */
export function keepToOurselves(dataDir: string): void {
  process.umask(0o077);
  try {
    chmodSync(dataDir, 0o700);
    for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
      if (entry.isFile() || entry.isDirectory()) chmodSync(join(dataDir, entry.name), entry.isFile() ? 0o600 : 0o700);
    }
  } catch (error) {
    log().warn({ error: messageOf(error) }, "DATA_DIR cannot be kept from other accounts of this machine");
  }
}

async function pair({ id, isEmpty, isNew }: WarehouseIdentity): Promise<void> {
  const mayAdopt = config().ADOPT_WAREHOUSE === "yes";
  const { holdFor } = await openState(isEmpty || mayAdopt);
  await holdFor(id);
  const known = await knownWarehouses();
  if (known.includes(id)) return;
  // A state store of a version before knows of no warehouse; and neither had that one an identity.
  const isUpgrade = known.length === 0 && isNew;
  if (!isEmpty && !isUpgrade && !mayAdopt) {
    throw new AppError(
      "storage_damaged",
      `The warehouse in ${config().DATA_DIR} holds calls of another installation, or the state store is not the one that belongs to it. Put back the two that belong together. To keep its calls with this state store all the same, start once with ADOPT_WAREHOUSE=yes.`,
    );
  }
  if (known.length > 0) log().warn({ warehouse: id, before: known.at(-1) }, "the warehouse is another one than before; days that it does not hold are missing");
  const db = await state();
  const value = [...known, id];
  await db.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } });
}

async function knownWarehouses(): Promise<string[]> {
  const db = await state();
  const [row] = await db.select().from(settings).where(eq(settings.key, key));
  return (row?.value as string[] | undefined) ?? [];
}
