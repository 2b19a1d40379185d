import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { WorkbookStream } from "../export/sheets";
import { everything } from "../scope";
import { warehouse } from "../warehouse";
import { previewFile, reconcile, reconcileQuery } from "./reconcile";

let store: ReturnType<typeof useDataDir>;
const defaults = { tz: "UTC", now: Date.parse("2026-11-20T00:00:00Z"), scope: everything };
const period = { from: "2026-10-01", to: "2026-10-31" };
const ours = fc
  .sample(fc.integer({ min: 0, max: 90 }), { numRuns: 400, seed: 3 })
  .map((minutes, index) => ({ id: `cdr-${index}`, log: `log-${index}`, minutes }));

beforeAll(async () => {
  store = useDataDir();
  const open = await warehouse();
  await open.load(
    "imported",
    (async function* () {
      yield ours.map(({ id, log, minutes }) =>
        Buffer.from(
          JSON.stringify({
            cdr_id: id,
            call_log_id: log,
            trans_date: "2026-10-10T10:00:00.000Z",
            user: { name: `N ${id}` },
            usage: { connect_minutes_cal: minutes },
          }),
        ),
      );
    })(),
  );
});
afterAll(() => store.close());

const csv = (rows: (string | number)[][], head = "cdr_id,connect_minutes_cal") => Buffer.from(`${head}\n${rows.map((row) => row.join(",")).join("\n")}\n`);
const ask = (file: Buffer, more: Record<string, string> = {}) => reconcile(file, reconcileQuery.parse({ ...period, ...more }), defaults);

describe("reconciliation", () => {
  test("the same list matches whole", async () => {
    const result = await ask(csv(ours.map(({ id, minutes }) => [id, minutes])));
    const sum = ours.reduce((all, { minutes }) => all + minutes, 0);
    expect(result).toMatchObject({
      difference: 0,
      matched: { count: 400, minutes: sum },
      missingHere: { count: 0 },
      missingThere: { count: 0 },
      differing: { count: 0 },
      repeated: 0,
    });
  });

  test("whatever the list, the groups add up to the difference", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ index: fc.integer({ min: 0, max: 500 }), minutes: fc.integer({ min: 0, max: 90 }), keep: fc.boolean() }), {
          minLength: 1,
          maxLength: 300,
        }),
        async (list) => {
          const rows = list.map(({ index, minutes, keep }) => [`cdr-${index}`, keep ? (ours[index]?.minutes ?? minutes) : minutes]);
          const result = await ask(csv(rows));
          expect(result.difference).toBe(rows.reduce((all, [, minutes]) => all + Number(minutes), 0) - ours.reduce((all, { minutes }) => all + minutes, 0));
          expect(result.missingHere.minutes - result.missingThere.minutes + result.differing.minutes).toBe(result.difference);
          expect(result.matched.count + result.missingThere.count + result.differing.count).toBe(400);
          expect(result.repeated).toBe(list.length - new Set(list.map(({ index }) => index)).size);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("by Log ID, in columns of other names, with semicolons and decimal commas", async () => {
    const result = await ask(Buffer.from(`Name;Log ID;Mins\nx;log-1;${ours[1]?.minutes},0\ny;log-2;1000\nz;nobody;7\n`), { id: "Log ID", minutes: "Mins" });
    expect(result.matched.count).toBe(1);
    expect(result.differing.rows).toEqual([{ id: "log-2", callId: "cdr-2", theirs: 1000, ours: ours[2]?.minutes }]);
    expect(result.missingHere.rows).toEqual([{ id: "nobody", minutes: 7 }]);
    expect(result.missingThere.count).toBe(398);
  });

  test("an XLSX file, and what it holds before it is compared", async () => {
    const book = new WorkbookStream({ indian: false, currency: "INR" });
    const parts: Uint8Array[] = [];
    for await (const part of book.bytes(() =>
      book.sheet(
        "CDRs",
        [
          { header: "CDR ID", kind: "text" },
          { header: "Billed Minutes", kind: "minutes" },
        ],
        [
          ["cdr-0", ours[0]?.minutes],
          ["cdr-1", 9999],
        ],
      ),
    ))
      parts.push(part);
    const file = Buffer.concat(parts);
    expect(await previewFile(file)).toMatchObject({ columns: ["CDR ID", "Billed Minutes"], count: 2, id: "CDR ID", minutes: "Billed Minutes" });
    expect(await ask(file)).toMatchObject({ matched: { count: 1 }, differing: { count: 1 } });
  });

  test.each(["biff8", "html"] as const)("an .xls file, which is %s, is read alike", async (bookType) => {
    const { utils, write } = await import("@e965/xlsx");
    const sheet = utils.aoa_to_sheet([
      ["CDR ID", "Billed Minutes"],
      ["cdr-0", ours[0]?.minutes],
      ["cdr-1", 9999],
    ]);
    const file = Buffer.from(write({ SheetNames: ["CDRs"], Sheets: { CDRs: sheet } }, { bookType, type: "buffer" }));
    expect(await previewFile(file)).toMatchObject({ columns: ["CDR ID", "Billed Minutes"], count: 2, id: "CDR ID", minutes: "Billed Minutes" });
    expect(await ask(file)).toMatchObject({ matched: { count: 1 }, differing: { count: 1, minutes: 9999 - (ours[1]?.minutes ?? 0) } });
  });

  test.each([
    ["cdr_id,connect_minutes_cal\n", {}, "file"],
    ["name,connect_minutes_cal\nx,1\n", {}, "id"],
    ["cdr_id,who\nx,1\n", {}, "minutes"],
    ["cdr_id,connect_minutes_cal\nx,many\n", {}, "file"],
    ["cdr_id,connect_minutes_cal\n,1\n", {}, "file"],
    ["cdr_id,connect_minutes_cal\nx,1\n", { minutes: "Mins" }, "minutes"],
    ['"cdr_id,minutes\nx,1', {}, "file"],
  ])("a file that is wrong is told what is wrong: %j", async (text, more, field) => {
    await expect(ask(Buffer.from(text), more)).rejects.toMatchObject({ code: "bad_input", errors: { [field]: [expect.any(String)] } });
  });
});
