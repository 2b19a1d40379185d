import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "./config";

const directory = mkdtempSync(join(tmpdir(), "meetledger-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const read = (env: Record<string, string>) => readConfig({ DATA_DIR: directory, ...env });

describe("settings", () => {
  test("secrets are made once, with mode 0600", () => {
    const first = read({});
    expect(read({}).CREDENTIALS_KEY).toBe(first.CREDENTIALS_KEY);
    expect(first.CREDENTIALS_KEY).toHaveLength(64);
    expect(statSync(join(directory, "credentials-key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, "nextauth-secret"), "utf8")).toBe(first.NEXTAUTH_SECRET);
  });
  test.each([
    ["empty", ""],
    ["cut", "0123456789abcdef0123456789abcdef"],
  ])("a secret file that is %s is named with its remedy, and left as it is", (word, content) => {
    const own = mkdtempSync(join(tmpdir(), "meetledger-"));
    writeFileSync(join(own, "credentials-key"), content);
    expect(() => readConfig({ DATA_DIR: own })).toThrow(new RegExp(`credentials-key is ${word}.*backup.*CREDENTIALS_KEY`));
    expect(readFileSync(join(own, "credentials-key"), "utf8")).toBe(content);
    // The setting takes its place.
    expect(readConfig({ DATA_DIR: own, CREDENTIALS_KEY: "a key from the environment" }).CREDENTIALS_KEY).toBe("a key from the environment");
    rmSync(own, { recursive: true });
  });
  test("nothing is left beside the secrets", () => {
    const own = mkdtempSync(join(tmpdir(), "meetledger-"));
    readConfig({ DATA_DIR: own });
    expect(readdirSync(own).sort()).toEqual(["credentials-key", "nextauth-secret"]);
    rmSync(own, { recursive: true });
  });
  test("empty means not given", () => {
    expect(read({ PORT: "", CDR_API_URL: "" })).toMatchObject({ PORT: 3000, CDR_API_URL: undefined });
  });
  test.each([
    [{ PORT: "eighty" }, "PORT"],
    [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL"],
    [{ CDR_API_URL: "ftp://x" }, "CDR_API_URL"],
    [{ CDR_APP_ID: "a" }, "CDR_APP_KEY"],
    [{ ADMIN_EMAIL: "a@b.example" }, "ADMIN_PASSWORD"],
    [{ ADMIN_PASSWORD: "short", ADMIN_EMAIL: "a@b.example" }, "ADMIN_PASSWORD"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
    [{ CLICKHOUSE_URL: "http://x" }, "CLICKHOUSE_URL"],
    [{ DATA_DIR: "./package.json/data" }, "DATA_DIR"],
  ])("a wrong one is named: %j", (env, name) => {
    expect(() => read(env as unknown as Record<string, string>)).toThrow(`Wrong setting. ${name}:`);
  });
});
