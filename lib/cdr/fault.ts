import { AppError, type ErrorCode, type UpstreamFault } from "../error";

/** Why a fetch failed, in the contract's terms. */
export type FaultKind =
  | "unauthorised"
  | "forbidden"
  | "rate_limited"
  | "unavailable"
  | "unreachable"
  | "timeout"
  | "tls"
  | "redirect"
  | "refused_address"
  | "not_cdr"
  | "refused"
  | "too_large"
  | "cancelled";

/** Kinds that may pass by themselves, so that another try is worth it. 401 and 403 never are. */
const passing = new Set<FaultKind>(["rate_limited", "unavailable", "unreachable", "timeout", "not_cdr"]);

const codeOf = (kind: FaultKind): ErrorCode => (kind === "timeout" ? "upstream_timeout" : "upstream_failed");

/** A failed fetch from the CDR API. */
export class CdrFault extends AppError {
  override name = "CdrFault";
  constructor(
    readonly kind: FaultKind,
    message: string,
    options: { upstream?: Partial<UpstreamFault>; retryAfterSeconds?: number; final?: boolean; cause?: unknown } = {},
  ) {
    super(codeOf(kind), message, {
      ...options,
      upstream: { status: null, code: null, message: null, request_id: null, ...options.upstream },
    });
    this.mayPass = passing.has(kind) && !options.final;
  }

  /** True when trying again may help. */
  readonly mayPass: boolean;
}
