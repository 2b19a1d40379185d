import { AppError, appErrorOf, type ErrorCode, messageOf, statusOf, type UpstreamFault, unforeseen } from "../error";
import { escaped, htmlPage } from "../html";

/** RFC 9457 problem details, as every failing route answers. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Messages per field or query parameter. */
  errors?: Record<string, string[]>;
  /** What the CDR API said of its failure. */
  upstream?: UpstreamFault;
}

const titles: Record<ErrorCode, string> = {
  bad_input: "Bad input",
  signed_out: "Signed out",
  forbidden: "Not allowed",
  not_found: "Not found",
  conflict: "Conflict",
  too_large: "Too large",
  throttled: "Too many requests",
  busy: "Too much at once",
  upstream_failed: "The CDR API failed",
  upstream_timeout: "The CDR API did not answer in time",
  storage_full: "The disk is full",
  storage_locked: "The data is in use",
  storage_memory: "Not enough memory",
  storage_unavailable: "The database does not answer",
  storage_damaged: "The data is damaged",
};

/** An error as a problem. What is not an AppError is a fault of ours: its text is logged, not told. */
export function problemOf(error: unknown): Problem {
  const known = appErrorOf(error);
  if (!known) return { type: "urn:meetledger:internal", title: "Internal error", status: 500, detail: unforeseen };
  return {
    type: `urn:meetledger:${known.code}`,
    title: titles[known.code],
    status: statusOf[known.code],
    detail: known.message,
    ...(known.errors ? { errors: known.errors } : {}),
    ...(known.upstream ? { upstream: known.upstream } : {}),
  };
}

export function problemResponse(error: unknown): Response {
  const problem = problemOf(error);
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  const seconds = appErrorOf(error)?.retryAfterSeconds;
  if (seconds !== undefined) headers["retry-after"] = String(seconds);
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

/** The same for whoever opens a page: a page without scripts that says what is the matter. */
export function problemPage(error: unknown, headers: Record<string, string> = {}): Response {
  const { title, detail, status } = problemOf(error);
  const seconds = appErrorOf(error)?.retryAfterSeconds;
  const again = seconds === undefined ? "" : `<p>Try again in ${seconds} seconds.</p>`;
  return new Response(htmlPage(title, `<h1>${escaped(title)}</h1><p>${escaped(detail)}</p>${again}`), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
      ...(seconds === undefined ? {} : { "retry-after": String(seconds) }),
    },
  });
}

/** What the mail server or the receiver said is what whoever tests a sending needs to know. Throws it. */
export function sendingFault(error: unknown): never {
  if (appErrorOf(error)) throw error;
  throw new AppError("upstream_failed", `It was not sent: ${messageOf(error)}`);
}
