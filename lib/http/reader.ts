import { httpVersionOf } from "../auth";
import type { Reader } from "../reader";

/** Whoever sent a request. */
export const readerOf = (request: Request, name: string, isHeavy: boolean): Reader => ({
  name,
  signal: request.signal,
  isHeavy,
  takesBody: request.method !== "HEAD",
  takesParts: httpVersionOf(request.headers) !== "1.0",
});
