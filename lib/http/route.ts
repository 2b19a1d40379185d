import type { z } from "zod";
import { addressOf, mayAct, note, type Principal, principalOf } from "../auth";
import { AppError, appErrorOf, badInput, detailsOf, isForOperators } from "../error";
import { log } from "../log";
import { rawParams } from "../metrics";
import { queue } from "../queue";
import { workFor } from "../reader";
import { isLimited } from "../scope";
import type { Role } from "../state";
import { refuseWhenStopping } from "../stopping";
import { jsonBody, mostJsonBytes, mostPublicBytes } from "./body";
import { problemResponse } from "./problem";
import { readerOf } from "./reader";

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

export interface RouteSpec<Q, B, P> {
  /** The least role that may call; `public` needs no one. */
  role: Role | "public";
  /** Long work waits in a queue of its own, fair to people, and takes nothing from what is quick. Files have theirs in `exportResponse`. */
  work?: "heavy" | "erasures";
  /** Refuses whoever sees only a part of the calls: what the route gives or changes is of all of them. */
  whole?: true;
  /** For public routes that know their callers otherwise: throws for those who may not call, before anything else is read. */
  admit?: (request: Request, params: Record<string, string | string[] | undefined>) => Promise<void>;
  /** What the journal says of the body besides the path: roles and names of fields, never what they hold. */
  told?: (body: Output<B>) => string;
  query?: Q;
  /** The JSON body. Routes that take files read `request.body` themselves. */
  body?: B;
  params?: P;
}

export interface RouteInput<Q, B, P> {
  query: Output<Q>;
  body: Output<B>;
  params: Output<P>;
  /** Set on every route that is not public. */
  principal: Principal;
  request: Request;
}

type Context = { params: Promise<Record<string, string | string[] | undefined>> };

/** Zod's issues as one bad-input error with messages per field. Unknown names are named. */
export function inputError(error: z.ZodError, all: string): AppError {
  const errors = new Map<string, string[]>();
  const add = (field: string, message: string) => errors.set(field, [...(errors.get(field) ?? []), message]);
  for (const issue of error.issues) {
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) add(key, "is not known here");
    else add(String(issue.path[0] ?? all), issue.message);
  }
  const detail = [...errors].map(([field, messages]) => `${field}: ${messages.join(", ")}`).join("; ");
  return new AppError("bad_input", detail, { errors: Object.fromEntries(errors) });
}

/** Whether a text lies in a value that no store takes: PostgreSQL's texts hold every character but U+0000, and its JSON no half of a surrogate pair. */
function isUnstorable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed();
  return typeof value === "object" && value !== null && Object.values(value).some(isUnstorable);
}

function parse<T extends z.ZodType>(schema: T | undefined, value: unknown, all: string): Output<T> {
  if (!schema) return undefined as Output<T>;
  for (const [field, part] of Object.entries(value ?? {})) {
    // The schemas pass it over without a word.
    if (field === "__proto__") throw badInput(field, "is not known here");
    if (isUnstorable(part)) throw badInput(field, "holds a character that cannot be stored");
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw inputError(parsed.error, all);
  return parsed.data as Output<T>;
}

/** A cookie is sent by other sites' pages too; what changes something must come from our own. */
export function checkOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  const isOurs = site ? site === "same-origin" || site === "none" : origin === null || URL.parse(origin)?.host === host;
  if (!isOurs) throw new AppError("forbidden", "The request comes from another site.");
}

async function authorise(request: Request, { role, whole }: Pick<RouteSpec<undefined, undefined, undefined>, "role" | "whole">): Promise<Principal | null> {
  if (role === "public") {
    checkOrigin(request);
    return null;
  }
  const principal = await principalOf(request);
  if (!principal) throw new AppError("signed_out", "Sign in, or send an API token.");
  if (principal.kind === "session") checkOrigin(request);
  if (!mayAct(principal.role, role)) throw new AppError("forbidden", `This needs the role ${role}; you have ${principal.role}.`);
  if (whole && isLimited(principal.scope)) throw new AppError("forbidden", "This is for those who see every account and room; you see a part.");
  return principal;
}

/** What changes something, and what takes data away, goes into the journal. Paths hold ids, never secrets. */
async function keepRecord(request: Request, principal: Principal | null, outcome: string, told: string): Promise<void> {
  const { pathname } = new URL(request.url);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!principal || (isRead && !pathname.startsWith("/api/v1/export/"))) return;
  await note({ actor: principal.name, action: `${request.method} ${pathname}${told}`, outcome, address: addressOf(request.headers) });
}

/** Runs a handler for its caller. What reads for them ends when they leave; what changes something does not. */
async function ofReader(
  request: Request,
  principal: Principal | null,
  work: "heavy" | "erasures" | undefined,
  handle: () => Promise<Response>,
): Promise<Response> {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead && !work) return handle();
  const someone = readerOf(request, principal?.name ?? addressOf(request.headers), work !== undefined);
  if (work === "erasures") return queue(work).run(someone.name, handle);
  const run = () => workFor(someone, handle);
  return work ? queue(work).run(someone.name, run, request.signal) : run();
}

/** A route handler: authorise, parse, call, answer. Every error becomes problem JSON here and nowhere else. */
export function route<Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined, P extends z.ZodType | undefined = undefined>(
  spec: RouteSpec<Q, B, P>,
  handle: (input: RouteInput<Q, B, P>) => Promise<Response>,
) {
  return async (request: Request, context: Context): Promise<Response> => {
    let principal: Principal | null = null;
    let told = "";
    try {
      refuseWhenStopping();
      principal = await authorise(request, spec);
      const path = await context.params;
      await spec.admit?.(request, path);
      const params = parse(spec.params as z.ZodType | undefined, path, "path") as Output<P>;
      const query = parse(spec.query as z.ZodType | undefined, rawParams(new URL(request.url).searchParams), "query") as Output<Q>;
      const body = (
        spec.body ? parse(spec.body as z.ZodType, await jsonBody(request, spec.role === "public" ? mostPublicBytes : mostJsonBytes), "body") : undefined
      ) as Output<B>;
      if (spec.told) told = ` ${spec.told(body)}`;
      const response = await ofReader(request, principal, spec.work, () => handle({ query, body, params, principal: principal as Principal, request }));
      await keepRecord(request, principal, "ok", told);
      return response;
    } catch (error) {
      // The work ended because its reader left. Nobody reads this answer.
      if (request.signal.aborted && error === request.signal.reason) return new Response(null, { status: 499 });
      const known = appErrorOf(error);
      await keepRecord(request, principal, known?.code ?? "failed", told);
      if (isForOperators(error)) log().error({ path: new URL(request.url).pathname, error: detailsOf(error) }, "request failed");
      return problemResponse(error);
    }
  };
}

/** The names of the fields that a change sets, and the role where it sets one. */
export function changed(body: object): string {
  return Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (name === "role" || name === "active" ? `${name}=${String(value)}` : name))
    .join(", ");
}

/** A JSON answer. Figures change as days are loaded, so nobody keeps one. */
export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", "cache-control": "no-store" } });
}
