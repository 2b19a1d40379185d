import { describe, expect, test, vi } from "vitest";
import { CdrFault } from "./cdr";
import { AppError, appErrorOf, clean, databaseFault, detailsOf, messageOf } from "./error";
import { problemOf } from "./http/problem";

/** A second copy of the classes, as another bundle has it. */
async function otherBundle() {
  vi.resetModules();
  const [errors, cdr] = await Promise.all([import("./error"), import("./cdr")]);
  expect(errors.AppError).not.toBe(AppError);
  return { ...errors, CdrFault: cdr.CdrFault };
}

/** As the ORM throws it. */
const failedStatement = (cause: unknown) =>
  Object.assign(new Error("Failed query: insert into people values ($1)\nparams: scrypt$secret", { cause }), {
    query: "insert into people values ($1)",
    params: ["scrypt$secret"],
  });
const databaseSays = (code: string, message = "words of the database") => failedStatement(Object.assign(new Error(message), { code }));

describe("errors keep their kind", () => {
  test("from one bundle to another", async () => {
    const other = await otherBundle();
    const full = new other.AppError("storage_full", "The disk is full.");
    const fault = new other.CdrFault("not_cdr", "The answer is broken JSON.");
    expect(full instanceof AppError).toBe(true);
    expect(full instanceof CdrFault).toBe(false);
    expect(fault instanceof AppError).toBe(true);
    expect(fault instanceof CdrFault).toBe(true);
    expect(new Error("other") instanceof AppError).toBe(false);
    expect(problemOf(full)).toMatchObject({ status: 507, detail: "The disk is full." });
  });

  test.each([
    ["53100", 507],
    ["ENOSPC", 507],
    ["53200", 503],
    ["53300", 503],
    ["57P01", 503],
    ["57P03", 503],
    ["08006", 503],
    ["ECONNREFUSED", 503],
    ["22021", 400],
    ["23505", 500],
    ["42601", 500],
  ])("what the database says under %s is a %i, and no statement is told", (code, status) => {
    const problem = problemOf(databaseSays(code));
    expect(problem.status).toBe(status);
    expect(JSON.stringify(problem)).not.toMatch(/insert|scrypt|words of the database/);
    expect(messageOf(databaseSays(code))).not.toMatch(/insert|scrypt|words of the database/);
  });

  test("a connection that is gone asks to come back", () => {
    expect(appErrorOf(failedStatement(new Error("Connection terminated unexpectedly")))).toMatchObject({ code: "storage_unavailable", retryAfterSeconds: 5 });
    expect(databaseFault(new Error("a bug"))).toBeNull();
  });

  test("the log has the cause and the statement, never what was bound to it", () => {
    const details = detailsOf(databaseSays("57P01", "terminating connection"));
    expect(details).toMatch(/failed statement: insert into people/);
    expect(details).toMatch(/caused by .*terminating connection/s);
    expect(details).not.toMatch(/scrypt/);
  });
});

describe("texts from outside", () => {
  test("are clean before they are quoted: no NUL, no lone surrogate", () => {
    expect(clean("a\u0000b\ud83dc\u001b[31m\n")).toBe("a\ufffdb\ufffdc\ufffd[31m\n");
    const fault = new CdrFault("refused", "says \u0000", { upstream: { message: "x\u0000", code: "\ud800" } });
    expect(fault.message).toBe("says \ufffd");
    expect(fault.upstream).toMatchObject({ message: "x\ufffd", code: "\ufffd" });
    expect(messageOf(new Error("mail server: \u0007"))).toBe("mail server: \ufffd");
  });
});
