import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { type Document, type Known, type Request, requestOf } from "./requests";

/** Sends requests made from the OpenAPI document to a running app, by callers of each role, and looks at every answer. */

export interface Caller {
  name: string;
  /** A bearer token; null: signed out. */
  token: string | null;
}

export interface Finding {
  caller: string;
  request: string;
  status: number;
  why: string;
}

export interface Outcome {
  sent: number;
  statuses: Record<string, number>;
  findings: Finding[];
  /** Of answers, and of `/api/health` meanwhile: milliseconds. */
  slowest: { ms: number; request: string };
  /** What all answers of a route took together, by method and route. */
  spent: Map<string, number>;
  health: { p99: number; max: number };
  /** Resident memory in MB after a third of the requests, after two, and at the end. */
  memory: number[];
}

export interface Plan {
  base: string;
  requests: number;
  seed: number;
  atOnce: number;
  callers: Caller[];
  /** A token that may read Prometheus' figures. */
  adminToken: string;
  progress?: (sent: number) => void;
}

/** The process cannot be hurt by these, but the run would be: they take away what it works with. */
const leftOut = new Set(["DELETE /api/v1/accounts/{id}", "PATCH /api/v1/accounts/{id}", "DELETE /api/v1/tokens/{id}"]);

/** 5xx that tell of something outside: the CDR API, a mail server or a receiver that a request names, or a bound. */
const allowed = new Set([502, 503, 504, 507]);
/** What must never be told. */
const secrets =
  /scrypt\.|Failed query|params:|at .+\.(js|ts):\d+|node_modules|SQLSTATE|(Parser|Binder|Catalog|Conversion|Internal) Error|sealed|\bv1\.[\w-]{16}/;

function faultIn({ method }: Request, status: number, type: string, text: string): string | null {
  if (status >= 500 && !allowed.has(status)) return `status ${status}`;
  if (status >= 400 && secrets.test(text)) return "tells what it must not";
  if (status < 400 || !type.includes("json")) return null;
  const problem = JSON.parse(text) as { status?: number; detail?: string; errors?: Record<string, string[]> };
  if (problem.status !== status || !problem.detail) return "is no problem";
  if ((status === 502 || status === 504) && !/upstream/.test(text)) return `status ${status} of nothing outside`;
  if (status === 400 && method !== "HEAD" && !problem.errors) return "a 400 that names no field";
  return null;
}

async function knownOf(base: string, token: string): Promise<Known> {
  const ask = async (path: string) => (await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  const ids = async (path: string) => ((await ask(path)) as { rows: { id: string }[] }).rows.map(({ id }) => id);
  const { rows } = (await ask("/api/v1/calls?from=2026-09-01&to=2026-09-30&limit=50")) as { rows: Record<string, string>[] };
  const of = (name: string) => [...new Set(rows.map((row) => row[name]).filter((value): value is string => typeof value === "string"))];
  const known: Known = {
    cdrId: of("cdr_id"),
    conf: of("conf_num"),
    conference: of("conf_num"),
    room: of("room_id"),
    person: of("user_ref").length > 0 ? of("user_ref") : of("person"),
  };
  for (const name of ["people", "shares", "schedules", "alerts", "rates", "tokens"]) known[name] = await ids(`/api/v1/${name}`);
  known.account = await ids("/api/v1/accounts");
  return known;
}

export async function fuzz({ base, requests, seed, atOnce, callers, adminToken, progress }: Plan): Promise<Outcome> {
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as Document;
  const known = await knownOf(base, adminToken);
  const routes = Object.entries(document.paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => [route, method] as const));
  const open = routes.filter(([route, method]) => !leftOut.has(`${method.toUpperCase()} ${route}`));
  const outcome: Outcome = { sent: 0, statuses: {}, findings: [], slowest: { ms: 0, request: "" }, spent: new Map(), health: { p99: 0, max: 0 }, memory: [] };

  const healthTimes: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const begun = performance.now();
      await fetch(`${base}/api/health`).then((answer) => answer.text());
      healthTimes.push(performance.now() - begun);
      await sleep(100);
    }
  })();
  const memory = async () => {
    const text = await (await fetch(`${base}/api/metrics/prometheus`, { headers: { authorization: `Bearer ${adminToken}` } })).text();
    return Math.round(Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1] ?? 0) / 1e6);
  };

  async function send(request: Request, caller: Caller): Promise<void> {
    const told = `${request.method} ${request.path.slice(0, 400)}${request.body ? ` ${request.body.toString("utf8").slice(0, 400)}` : ""}`;
    const begun = performance.now();
    const answer = await fetch(`${base}${request.path}`, {
      method: request.method,
      redirect: "manual",
      headers: {
        ...(caller.token ? { authorization: `Bearer ${caller.token}` } : {}),
        ...(request.contentType ? { "content-type": request.contentType } : {}),
      },
      ...(request.body === null || request.method === "GET" ? {} : { body: request.body as BodyInit }),
    });
    const text = await answer.text();
    const ms = performance.now() - begun;
    if (ms > outcome.slowest.ms) outcome.slowest = { ms, request: `${caller.name}: ${told}` };
    const route = `${request.method} ${request.route}`;
    outcome.spent.set(route, (outcome.spent.get(route) ?? 0) + ms);
    outcome.statuses[answer.status] = (outcome.statuses[answer.status] ?? 0) + 1;
    const why = faultIn(request, answer.status, answer.headers.get("content-type") ?? "", text);
    if (why) outcome.findings.push({ caller: caller.name, request: told, status: answer.status, why: `${why}: ${text.slice(0, 300)}` });
  }

  const batch = open.length * callers.length;
  for (let round = 0; outcome.sent < requests; round++) {
    // Each route by each caller, in an order of the seed's.
    const pairs =
      fc.sample(
        fc.shuffledSubarray(
          open.flatMap((one) => callers.map((caller) => ({ one, caller }))),
          { minLength: batch },
        ),
        { seed: seed + round, numRuns: 1 },
      )[0] ?? [];
    const made = pairs.slice(0, requests - outcome.sent).map(({ one: [route, method], caller }, index) => ({
      caller,
      request: fc.sample(requestOf(document, route, method, known), { seed: seed + round * batch + index, numRuns: 1 })[0] as Request,
    }));
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let at = next++; at < made.length; at = next++) {
          const { request, caller } = made[at] as (typeof made)[number];
          await send(request, caller);
          outcome.sent++;
          if (outcome.sent % Math.ceil(requests / 3) === 0 || outcome.sent === requests) outcome.memory.push(await memory());
        }
      }),
    );
    progress?.(outcome.sent);
  }
  isOver = true;
  await watching;
  healthTimes.sort((a, b) => a - b);
  outcome.health = { p99: healthTimes[Math.floor(healthTimes.length * 0.99)] ?? 0, max: healthTimes.at(-1) ?? 0 };
  return outcome;
}
