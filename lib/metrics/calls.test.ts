import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { useDataDir } from "@/e2e/test-store";
import { everything } from "../scope";
import { warehouse } from "../warehouse";
import { findCall } from "./calls";

let store: ReturnType<typeof useDataDir>;
const record = { cdr_id: "x1", trans_date: "2026-10-05T10:00:00.000Z", usage: { connect_minutes_cal: 30 } };

beforeAll(async () => {
  store = useDataDir();
  await (await warehouse()).load(
    "imported",
    (async function* () {
      yield [Buffer.from(JSON.stringify(record))];
    })(),
  );
});
afterAll(() => store.close());

test("a raw record that a version before took, 50,000 levels deep, keeps nobody from the call", async () => {
  expect(await findCall("x1", undefined, everything)).toMatchObject({ raw: record, rawProblem: null });
  const deep = `${JSON.stringify(record).slice(0, -1)},"x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const read = vi.spyOn(await warehouse(), "rawRecord").mockResolvedValue(deep);
  const answer = await findCall("x1", undefined, everything);
  expect(JSON.parse(JSON.stringify(answer))).toMatchObject({ call: { call_id: "x1" }, raw: null, rawProblem: expect.stringMatching(/too deep/) });
  read.mockRestore();
});
