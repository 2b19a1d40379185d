import fc from "fast-check";

/**
 * Requests made from the OpenAPI document: sound ones, ones with hostile texts in every place that takes a text, and ones at
 * and past each bound that a schema names.
 */

/** The parts of a JSON schema that the document uses. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
  description?: string;
  default?: unknown;
}

interface Operation {
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
}

export interface Request {
  /** The route as the document writes it. */
  route: string;
  method: string;
  path: string;
  contentType: string | null;
  body: string | Buffer | null;
}

const hostile = [
  "",
  " ",
  "\0",
  "a\0b",
  "\u0001\u001b[31m",
  "\r\nX-Injected: yes",
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "' OR '1'='1",
  "'; DROP TABLE calls; --",
  '"',
  "\\",
  "%",
  "%00",
  "%2e%2e%2f",
  "../../etc/passwd",
  ".",
  "..",
  ",",
  ", ,",
  "=HYPERLINK(1)",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "\ud800",
  "\uffff",
  "\u202egnp.exe",
  "😀".repeat(500),
  "a".repeat(2_001),
  "NaN",
  "-0",
  "1e309",
  "9007199254740993",
  "0x10",
  "null",
  "[]",
  "2026-02-30",
  "0000-00-00",
  "9999-12-31",
  "-271821-04-20",
  "http://169.254.169.254/",
  "http://[::1]/",
  "file:///etc/passwd",
  "a@b.co\nBcc: c@d.co",
];

const hostileText = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary", maxLength: 40 }));
const day = fc.integer({ min: 0, max: 90 }).map((days) => new Date(Date.UTC(2026, 7, 1 + days)).toISOString().slice(0, 10));

/** Texts that name something that is there, by the parameter's name. */
export type Known = Record<string, string[]>;

function soundText(name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const values = known[name];
  if (values && values.length > 0) return fc.constantFrom(...values);
  if (/^(from|to|day|validFrom|compareFrom|compareTo|start|date)$/.test(name)) return day;
  if (name === "measures" || name === "measure")
    return fc
      .subarray(["calls", "billed_minutes", "cost", "people", "bad_share", "peak_concurrent"], { minLength: 1, maxLength: name === "measure" ? 1 : 4 })
      .map(String);
  if (name === "by" || name === "split") return fc.subarray(["day", "hour", "room", "role", "person", "browser", "conference"], { maxLength: 3 }).map(String);
  if (name === "tz") return fc.constantFrom("UTC", "Asia/Kolkata", "America/St_Johns", "Africa/Cairo");
  if (schema.format === "email" || /email/i.test(name)) return fc.nat(50).map((n) => `fuzz-${n}@example.com`);
  if (schema.format === "uri" || /url/i.test(name)) return fc.constantFrom("https://api.example.com/video", "http://127.0.0.1:9/x");
  if (/query/i.test(name)) return fc.constantFrom("", "room=r1", "from=2026-09-01&to=2026-09-30", "period=last-7-days&role=host");
  return fc.string({ minLength: schema.minLength ?? 1, maxLength: Math.min(schema.maxLength ?? 40, 60) });
}

/** Values of a schema. `hostileShare` of a hundred leaves are hostile. */
function anyOf(name: string, schema: Schema, known: Known, hostileShare: number): fc.Arbitrary<unknown> {
  const sound = (): fc.Arbitrary<unknown> => {
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => anyOf(name, one, known, hostileShare)));
    switch (schema.type) {
      case "object":
        return objectOf(schema, known, hostileShare);
      case "array":
        return fc.array(anyOf(name, schema.items ?? {}, known, hostileShare), { maxLength: Math.min(schema.maxItems ?? 4, 4) });
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "integer":
      case "number": {
        const [least, most] = [schema.minimum ?? 0, schema.maximum ?? 1_000];
        const bounds = [least, most, least - 1, most + 1].filter((value) => Math.abs(value) <= Number.MAX_SAFE_INTEGER);
        return fc.oneof(
          fc.integer({ min: Math.ceil(least), max: Math.max(Math.ceil(least), Math.min(Math.floor(most), least + 1_000)) }),
          fc.constantFrom(...bounds),
        );
      }
      default:
        return soundText(name, schema, known);
    }
  };
  const most = schema.maxLength;
  const pastBound = most === undefined || most > 100_000 ? [] : [fc.constant("a".repeat(most)), fc.constant("a".repeat(most + 1))];
  const odd = fc.oneof(hostileText, fc.constantFrom<unknown>(null, 1e308, -1, 0.1, [], {}, true, [[[[]]]], { constructor: 1 }), ...pastBound);
  return fc.oneof({ weight: 100 - hostileShare, arbitrary: sound() }, { weight: hostileShare, arbitrary: odd });
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known, hostileShare: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, anyOf(name, schema, known, hostileShare)]));
  const record = fc.record(fields, { requiredKeys: hostileShare < 20 ? required : [] }) as fc.Arbitrary<Record<string, unknown>>;
  return hostileShare < 20
    ? record
    : fc.tuple(record, fc.option(fc.constantFrom(...hostile), { freq: 8 })).map(([all, extra]) => (extra === null ? all : { ...all, [extra]: extra }));
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
// Lone surrogates have no form in an address.
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

/** Any request of a route. */
export function requestOf(document: Document, route: string, method: string, known: Known): fc.Arbitrary<Request> {
  const operation = document.paths[route]?.[method] as Operation;
  const resource = route.split("/")[3] ?? "";
  return fc.constantFrom(2, 2, 30, 60).chain((share) => {
    const parts = operation.parameters.map((parameter) => {
      const ids = parameter.in === "path" ? { ...known, id: known[resource] ?? [] } : known;
      const value = anyOf(parameter.name, parameter.schema, ids, share);
      return (parameter.required ? value : fc.option(value, { freq: 2, nil: undefined })).map((one) => ({ ...parameter, value: one }));
    });
    return fc.tuple(fc.tuple(...parts), bodyOf(operation, known, share)).map(([values, { contentType, body }]) => {
      let path = route;
      const query: string[] = [];
      for (const { name, in: place, value } of values) {
        if (value === undefined) continue;
        if (place === "path") path = path.replace(`{${name}}`, encoded(textOf(value)) || "%20");
        else for (const one of Array.isArray(value) ? value : [value]) query.push(`${encoded(name)}=${encoded(textOf(one))}`);
      }
      return { route, method: method.toUpperCase(), path: query.length > 0 ? `${path}?${query.join("&")}` : path, contentType, body };
    });
  });
}

type Body = Pick<Request, "contentType" | "body">;

function bodyOf({ requestBody }: Operation, known: Known, share: number): fc.Arbitrary<Body> {
  if (!requestBody) return fc.constant({ contentType: null, body: null });
  const json = requestBody.content["application/json"]?.schema;
  const types = Object.keys(requestBody.content);
  const text = (arbitrary: fc.Arbitrary<string | Buffer>) =>
    fc.tuple(fc.constantFrom(...types), arbitrary).map(([contentType, body]) => ({ contentType, body }));
  const garbage = text(
    fc.oneof(
      fc.constantFrom("", "{", "[]", "null", '{"a":1}{"a":2}', `${"[".repeat(2_000)}${"]".repeat(2_000)}`, "a,b\n1,2\n", `PK\u0003\u0004${"x".repeat(200)}`),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      // At and past the bounds of bodies.
      fc.constantFrom(64 * 1024 - 12, 64 * 1024 + 1, 1024 * 1024 - 12, 1024 * 1024 + 1).map((size) => `{"name":"${"a".repeat(size)}"}`),
    ),
  );
  const record = fc.record({
    cdr_id: fc.string(),
    trans_date: fc.constantFrom("2026-09-10T10:00:00.000Z", "never"),
    usage: fc.dictionary(fc.constantFrom(...hostile), fc.double()),
    user: fc.dictionary(fc.constantFrom("name", "ref", "agent", "constructor"), fc.constantFrom(...hostile)),
  });
  const sound = json
    ? objectOf(json, known, share).map((value) => JSON.stringify(value))
    : fc.array(record, { maxLength: 3 }).map((cdr) => JSON.stringify({ result: "0", cdr }));
  return fc.oneof({ weight: 9, arbitrary: text(sound) }, { weight: 1, arbitrary: garbage });
}
