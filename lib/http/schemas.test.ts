import { describe, expect, test } from "vitest";
import { inputError } from "./route";
import * as schemas from "./schemas";

const alert = { name: "n", measure: "calls", way: "above", mark: 1, tz: "UTC", recipients: ["a@example.com"] };
const bodies = [
  ["an alert", schemas.alertBody, alert],
  ["a view", schemas.viewBody, { name: "n", page: "/overview" }],
  ["a changed view", schemas.viewChange, {}],
  ["a shared link", schemas.shareBody, { title: "t", page: "overview" }],
] as const;

describe.each(bodies)("the filters of %s", (_, schema, body) => {
  test.each(["room=%", "room=100%25&x=%2", "room=a\r\nb", "room=a\tb", "room=\ud83d", "%zz", "a".repeat(4_001)])("are an address's query: not %j", (query) => {
    const parsed = schema.safeParse({ ...body, query });
    expect(parsed.success).toBe(false);
    expect(Object.keys(inputError(parsed.error as never, "body").errors ?? {})).toEqual(["query"]);
  });
  test.each(["", "room=100%25&room=a+b", "from=2026-10-01&person=%F0%9F%98%80", "room=Größe 😀"])("such as %j", (query) => {
    expect(schema.safeParse({ ...body, query }).success).toBe(true);
  });
});

test.each(["a\u0000b", "a\nb", "\u007f"])("a label holds no control characters: %j", (label) => {
  expect(schemas.labelBody.safeParse({ label, tag: null }).success).toBe(false);
});
