import { eq } from "drizzle-orm";
import { listCallsOf, rawRecordOf } from "../metrics";
import { everything } from "../scope";
import { forgetPerson } from "../sharing";
import { alerts, schedules, state, views } from "../state";
import { type Purged, warehouse } from "../warehouse";

/** Everything that is stored of one person's calls, as one JSON document: each call with the record that it was made from. */
export async function* personData(person: string): AsyncGenerator<Uint8Array> {
  const store = await warehouse();
  yield Buffer.from(`{"person":${JSON.stringify(person)},"madeAt":${JSON.stringify(new Date().toISOString())},"calls":[`);
  let sent = false;
  for await (const call of listCallsOf(person, everything)) {
    const { raw, rawProblem } = await rawRecordOf(store, String(call.account), String(call.call_id), everything);
    yield Buffer.from(
      `${sent ? "," : ""}\n{"call":${JSON.stringify(call)},"record":${raw ?? "null"}${rawProblem ? `,"recordProblem":${JSON.stringify(rawProblem)}` : ""}}`,
    );
    sent = true;
  }
  yield Buffer.from("]}\n");
}

/** A view's query with a pseudonym in the place of a person, and without a search for the name. */
function without(query: string, person: string, key: string): string {
  const search = new URLSearchParams(query);
  const people = search.getAll("person");
  const isSearched = search.getAll("user").includes(person);
  if (!people.includes(person) && !isSearched) return query;
  search.delete("person");
  for (const one of people) search.append("person", one === person ? key : one);
  if (isSearched) search.delete("user");
  return search.toString();
}

/**
 * Erases one person by ref, by name where there is no ref, or by pseudonym: from calls and raw records, now and whenever they
 * are loaded again, from frozen reports and from the filters of saved views, links, schedules and alerts. Every figure stays. Raw records that
 * could not be read are taken away whole, and told (`unreadable`); so is how many files the warehouse does not know (`setAside`).
 */
export async function erasePerson(person: string): Promise<Purged & { pseudonym: string }> {
  const store = await warehouse();
  const erased = await store.erasePerson(person);
  const { pseudonym } = erased;
  const db = await state();
  const queryWithout = (query: string) => without(query, person, pseudonym);
  // All of them are read: an address can be written in more than one way, so that its text cannot be searched for.
  for (const table of [views, alerts, schedules]) {
    for (const { id, query } of await db.select({ id: table.id, query: table.query }).from(table)) {
      if (query === null) continue;
      const changed = queryWithout(query);
      if (changed !== query) await db.update(table).set({ query: changed }).where(eq(table.id, id));
    }
  }
  await forgetPerson(person, pseudonym, queryWithout);
  return erased;
}
