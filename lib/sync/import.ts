import { findAccount, importedAccount, listAccounts } from "../accounts";
import { AnswerReader, CdrFault, ndjsonRecords, type ReadRecord } from "../cdr";
import { badInput } from "../error";
import { warehouse } from "../warehouse";

const headBytes = 1024 * 1024;

/**
 * Loads a file of CDRs: an answer of the CDR API, a JSON list of records, or NDJSON. All of it, or nothing. Days are not
 * marked as loaded: nothing says that a file is whole. Error: `bad_input` on `file`, saying what is wrong with it.
 */
export async function importFile(
  file: AsyncIterable<Uint8Array>,
  account: string | undefined,
): Promise<{ calls: number; duplicates: number; rejected: number }> {
  const owner =
    account === undefined && (await listAccounts()).length === 0
      ? importedAccount.id
      : account === importedAccount.id
        ? account
        : (await findAccount(account)).id;
  const store = await warehouse();
  try {
    const { calls, duplicates, rejected } = await store.load(owner, await recordsOf(file));
    return { calls, duplicates, rejected };
  } catch (error) {
    if (error instanceof CdrFault) throw badInput("file", error.message.replace("The answer", "the file"));
    throw error;
  }
}

async function recordsOf(file: AsyncIterable<Uint8Array>): Promise<AsyncIterable<ReadRecord[]>> {
  const chunks = file[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    size += next.value.length;
    if (size >= headBytes || next.value.includes(10)) break;
  }
  const all = (async function* () {
    yield* head;
    for (;;) {
      const next = await chunks.next();
      if (next.done) return;
      yield next.value;
    }
  })();
  const start = Buffer.concat(head)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start === "") throw badInput("file", "is empty");
  if (isRecordLine(start.split("\n", 1)[0] as string)) return ndjsonRecords(all);
  return answerRecords(all, start.startsWith("["));
}

/** True when the first line is a whole JSON object that is not an answer around records. */
function isRecordLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) && !("cdr" in value) && !("result" in value);
  } catch {
    return false;
  }
}

async function* answerRecords(file: AsyncIterable<Uint8Array>, isList: boolean): AsyncGenerator<ReadRecord[], void, undefined> {
  const reader = new AnswerReader();
  if (isList) reader.push(Buffer.from('{"result":"0","cdr":'));
  for await (const chunk of file) yield reader.push(chunk);
  if (isList) yield reader.push(Buffer.from("}"));
  reader.finish();
}
