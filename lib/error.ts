/** Every way in which Meetledger says no, with the HTTP status that tells it. The code is stable; the detail is for people. */
export const statusOf = {
  bad_input: 400,
  signed_out: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  throttled: 429,
  upstream_failed: 502,
  upstream_timeout: 504,
  storage_full: 507,
  storage_locked: 503,
  storage_memory: 503,
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

/** The one error type. Its `message` is safe to show: it never holds a secret. */
export class AppError extends Error {
  override name = "AppError";
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

  get status(): number {
    return statusOf[this.code];
  }
}

/** A 400 that names one field. */
export function badInput(field: string, message: string): AppError {
  return new AppError("bad_input", `${field}: ${message}`, { errors: { [field]: [message] } });
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
