import { AppError, clean, type ErrorCode, type UpstreamFault } from "../error";

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

/** A failed fetch from the CDR API. What it quotes of an answer is clean: it is stored and shown. */
export class CdrFault extends AppError {
  override name = "CdrFault";
  static override [Symbol.hasInstance](value: unknown): boolean {
    return AppError[Symbol.hasInstance](value) && "mayPass" in (value as object);
  }
  constructor(
    readonly kind: FaultKind,
    message: string,
    options: { upstream?: Partial<UpstreamFault>; retryAfterSeconds?: number; final?: boolean; cause?: unknown } = {},
  ) {
    const { code = null, message: said = null, request_id = null, status = null } = options.upstream ?? {};
    const cleaned = (text: string | null) => text && clean(text);
    super(codeOf(kind), clean(message), {
      ...options,
      upstream: { status, code: cleaned(code), message: cleaned(said), request_id: cleaned(request_id) },
    });
    this.mayPass = passing.has(kind) && !options.final;
  }

  /** True when trying again may help. */
  readonly mayPass: boolean;
}
