/** Every way in which Meetledger says no, with the HTTP status that tells it. The code is stable; the detail is for people. */
export const statusOf = {
  bad_input: 400,
  signed_out: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  throttled: 429,
  busy: 503,
  upstream_failed: 502,
  upstream_timeout: 504,
  storage_full: 507,
  storage_locked: 503,
  storage_memory: 503,
  storage_unavailable: 503,
  storage_damaged: 503,
} as const;

export type ErrorCode = keyof typeof statusOf;

/** What an upstream answer said of its own failure. Source: vendor error bodies, old and new. */
export interface UpstreamFault {
  /** HTTP status of the upstream answer; null when none came. */
  status: number | null;
  /** Upstream's own code (`error_code`, or `result` of an older body). */
  code: string | null;
  message: string | null;
  /** What the vendor's support asks for. */
  request_id: string | null;
}

export interface AppErrorOptions {
  /** Messages per input field or query parameter. */
  errors?: Record<string, string[]>;
  upstream?: UpstreamFault;
  /** Seconds after which a throttled caller may try again. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * The brand of our errors. Next bundles routes, pages and the start-up hook apart, and each bundle has its own copy of a class:
 * an error thrown in one would be no instance of the class in another. The brand is the same in all of them, and `instanceof`
 * looks at nothing else.
 */
const brand = Symbol.for("meetledger.error");

/** The one error type. Its `message` is safe to show: it never holds a secret. */
export class AppError extends Error {
  override name = "AppError";
  readonly [brand] = true;
  readonly errors: Record<string, string[]> | undefined;
  readonly upstream: UpstreamFault | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.errors = options.errors;
    this.upstream = options.upstream;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  get status(): number {
    return statusOf[this.code];
  }
}

/** A 400 that names one field. */
export function badInput(field: string, message: string): AppError {
  return new AppError("bad_input", `${field}: ${message}`, { errors: { [field]: [message] } });
}

/** A statement that a database did not take, as the ORM throws it: its message holds the statement and every value in it. */
interface FailedStatement extends Error {
  query: string;
  params: unknown[];
}

const isFailedStatement = (error: unknown): error is FailedStatement => error instanceof Error && "query" in error && "params" in error;

const words = Symbol.for("meetledger.words-for-the-log");

/** Marks an error whose words hold parts of a statement or of what is stored: they are for the log alone. */
export function forTheLog<T>(error: T): T {
  if (error instanceof Error) Object.defineProperty(error, words, { value: true });
  return error;
}

/** SQLSTATE classes and socket errors with which a database says that it cannot answer now, but may soon. */
const unavailable = /^(08...|53300|53400|57P0.|40001|40P01|55P03|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const unavailableWords =
  /connection terminated|timeout exceeded when trying to connect|connection.*(closed|ended)|pool after calling end|client has encountered/i;

/** Why a database could not answer, where that is no fault of the statement; null where it is. Source: PostgreSQL, appendix A. */
export function databaseFault(error: unknown): AppError | null {
  const { code, message = "" } = (error ?? {}) as { code?: unknown; message?: string };
  const state = typeof code === "string" ? code : "";
  if (state === "53100" || state === "ENOSPC" || /no space left/i.test(message)) {
    return new AppError("storage_full", "The disk that holds the database is full.", { cause: error });
  }
  if (state === "53200") return new AppError("storage_memory", "The database has too little memory for this.", { cause: error });
  if (state === "22021" || state === "22P05") return new AppError("bad_input", "A text holds a character that cannot be stored.", { cause: error });
  // Such a message names the file, and nothing of what stands in it.
  if (/^(XX00[12]|58P01|58030)$/.test(state)) {
    return new AppError(
      "storage_damaged",
      `A file of the state store is damaged (${clean(message)}). Put the state store back from a backup: DATA_DIR/state, or the database at DATABASE_URL.`,
      { cause: error },
    );
  }
  if (unavailable.test(state) || (state === "" && unavailableWords.test(message))) {
    return new AppError("storage_unavailable", "The database does not answer at present. Try again in a moment.", { retryAfterSeconds: 5, cause: error });
  }
  return null;
}

/** What was thrown, and what lies behind it, one behind the other. */
function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && found.length < 8; at = (at as { cause?: unknown }).cause) found.push(at);
  return found;
}

/** An error of ours, or the one that lies behind what was thrown; null for what nobody foresaw. */
export function appErrorOf(error: unknown): AppError | null {
  for (const each of causes(error)) {
    if (each instanceof AppError) return each;
    const fault = isFailedStatement(each) ? databaseFault(each.cause) : null;
    if (fault) return fault;
  }
  return null;
}

/** Whether an error belongs into the log: what nobody foresaw does, and what the stores cannot do. The others concern whoever asked. */
export function isForOperators(error: unknown): boolean {
  const known = appErrorOf(error);
  return !known || known.code.startsWith("storage_");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;

/** A text from outside as it may be quoted and stored: without control characters, which PostgreSQL and terminals do not take, and well-formed. */
export const clean = (text: string) => text.toWellFormed().replaceAll(control, "\uFFFD");

export const unforeseen = "Something went wrong inside Meetledger. The log has the details.";

/** The text of anything thrown, fit to be shown and stored: never a statement, nor what was bound to it. */
export function messageOf(error: unknown): string {
  const known = appErrorOf(error);
  if (known) return known.message;
  if (isFailedStatement(error) || (error instanceof Error && words in error)) return unforeseen;
  return clean(error instanceof Error ? error.message : String(error));
}

/** The same for the log: where it was thrown, and what lies behind it. Statements without what was bound to them. */
export function detailsOf(error: unknown): string {
  return causes(error)
    .map((each) => (isFailedStatement(each) ? `failed statement: ${each.query}` : each instanceof Error ? (each.stack ?? each.message) : String(each)))
    .join("\ncaused by ");
}
