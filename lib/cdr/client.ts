import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Agent, type Dispatcher, request } from "undici";
import { badInput } from "../error";
import { checkLiteral, publicLookup } from "./address";
import { AnswerReader, faultOf } from "./answer";
import { CdrFault } from "./fault";
import type { ReadRecord } from "./record-text";

export interface CdrCredentials {
  /** Named in faults, so that "wrong credentials" says whose. */
  account: string;
  baseUrl: string;
  appId: string;
  appKey: string;
  /** The operator vouches for the host: it may resolve to a private address. */
  trustedHost: boolean;
}

export interface ClientLimits {
  connectMs: number;
  headersMs: number;
  /** Longest silence within a body. */
  idleMs: number;
  /** What must come, at least, in so long a time of waiting for it. */
  least: { bytes: number; ms: number };
  /** Longest time that an answer is waited for, in all. */
  longestMs: number;
  mostBytes: number;
  simultaneous: number;
}

export const clientLimits: ClientLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 30_000,
  least: { bytes: 128 * 1024, ms: 120_000 },
  longestMs: 2 * 60 * 60_000,
  mostBytes: 16 * 1024 ** 3,
  simultaneous: 2,
};

/** One question to the CDR API. Days are UTC, `YYYY-MM-DD`. */
export type CdrQuestion =
  | { kind: "period"; from: string; to: string }
  | { kind: "room"; room: string }
  | { kind: "room-period"; room: string; from: string; to: string }
  | { kind: "conf"; conf: string };

/** An id as a part of a path. One that would lead elsewhere, also for a server that takes blanks away, names nothing. */
function part(field: "room" | "conf", id: string): string {
  if (/^\s*\.{1,2}\s*$/.test(id)) throw badInput(field, "is no id that the CDR API can be asked for");
  return encodeURIComponent(id);
}

function pathOf(question: CdrQuestion): string {
  switch (question.kind) {
    case "period":
      return `/cdr/period/${question.from}/${question.to}`;
    case "room":
      return `/cdr/room/${part("room", question.room)}`;
    case "room-period":
      return `/cdr/room-period/${part("room", question.room)}/${question.from}/${question.to}`;
    case "conf":
      return `/cdr/conf/${part("conf", question.conf)}`;
  }
}

/** The records of one answer, in batches. The iteration ends well only when the whole answer was good. */
export type RecordBatches = AsyncIterableIterator<ReadRecord[], void> & { return(): Promise<IteratorResult<ReadRecord[], void>> };

/**
 * A client for one account. Each `open` is one try; `retrying` repeats it. Sends the credentials to the account's own
 * host and nowhere else. All its errors are `CdrFault`.
 */
export class CdrClient {
  private readonly agent: Agent;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly credentials: CdrCredentials,
    private readonly limits: ClientLimits = clientLimits,
  ) {
    this.free = limits.simultaneous;
    this.agent = new Agent({
      connect: { timeout: limits.connectMs, ...(credentials.trustedHost ? {} : { lookup: publicLookup }) },
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.idleMs,
      connections: limits.simultaneous,
    });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  /** Asks, and returns once the answer's first records (or its good end) have come; the rest follows as it is read. */
  async open(question: CdrQuestion, signal?: AbortSignal): Promise<RecordBatches> {
    const batches = this.read(question, signal);
    let first: IteratorResult<ReadRecord[], void> | null = await batches.next();
    // Not a generator of its own: one that is left before it was begun would never give its place back.
    const records: RecordBatches = {
      [Symbol.asyncIterator]: () => records,
      async next() {
        const result = first ?? (await batches.next());
        first = null;
        return result;
      },
      return: () => batches.return(),
    };
    return records;
  }

  private async *read(question: CdrQuestion, signal?: AbortSignal): AsyncGenerator<ReadRecord[], void, undefined> {
    const path = pathOf(question);
    const release = await this.place();
    let body: Dispatcher.ResponseData["body"] | undefined;
    try {
      const response = await this.send(`${this.credentials.baseUrl.replace(/\/+$/, "")}${path}`, signal);
      body = response.body;
      const reader = new AnswerReader();
      for await (const chunk of unpacked(response.headers, paced(response.body, this.limits))) {
        if (reader.bytes + chunk.length > this.limits.mostBytes) {
          throw new CdrFault("too_large", `The answer is larger than ${this.limits.mostBytes.toLocaleString("en")} bytes.`);
        }
        const records = reader.push(chunk);
        if (records.length > 0) yield records;
      }
      reader.finish();
    } catch (error) {
      throw this.faultOf(error);
    } finally {
      body?.destroy();
      release();
    }
  }

  /** One request, following redirects within the same origin only. */
  private async send(url: string, signal?: AbortSignal, hops = 3): Promise<Dispatcher.ResponseData> {
    const target = new URL(url);
    if (!this.credentials.trustedHost) checkLiteral(target.hostname);
    const { appId, appKey } = this.credentials;
    const response = await request(target, {
      dispatcher: this.agent,
      signal,
      headers: {
        authorization: `Basic ${Buffer.from(`${appId}:${appKey}`).toString("base64")}`,
        accept: "application/json",
        "accept-encoding": "gzip",
        "user-agent": "Meetledger",
      },
    });
    if (response.statusCode === 200) return response;
    response.body.on("error", () => {});
    if (response.statusCode >= 300 && response.statusCode < 400) {
      response.body.destroy();
      const location = response.headers.location;
      const next = typeof location === "string" ? URL.parse(location, target) : null;
      if (next?.origin === target.origin && hops > 0) return this.send(next.href, signal, hops - 1);
      const where =
        next?.origin === target.origin ? "with redirects in a circle" : `with a redirect to ${next ? next.host : "nowhere"}; credentials are not sent there`;
      throw new CdrFault("redirect", `The CDR API answered ${where}.`, {
        upstream: { status: response.statusCode },
      });
    }
    throw await this.refusal(response);
  }

  private async refusal(response: Dispatcher.ResponseData): Promise<CdrFault> {
    const status = response.statusCode;
    const body = await firstBytes(response, 64 * 1024);
    const upstream = faultOf(body, status);
    const said = [upstream.message, upstream.code && `(${upstream.code})`].filter(Boolean).join(" ");
    const tail = said ? `: ${said}` : ".";
    const account = `account "${this.credentials.account}"`;
    if (status === 401) return new CdrFault("unauthorised", `The CDR API refused the credentials of ${account} (401)${tail}`, { upstream });
    if (status === 403) return new CdrFault("forbidden", `The CDR API forbids access to ${account} (403)${tail}`, { upstream });
    const retryAfterSeconds = retryAfter(response.headers["retry-after"]);
    const until = retryAfterSeconds ? ` It asks to come back after ${new Date(Date.now() + retryAfterSeconds * 1000).toISOString().slice(0, 16)}Z.` : "";
    if (status === 429) return new CdrFault("rate_limited", `The CDR API limits the rate of requests (429)${tail}${until}`, { upstream, retryAfterSeconds });
    if (status >= 500 || status === 408) return new CdrFault("unavailable", `The CDR API is failing (${status})${tail}`, { upstream, retryAfterSeconds });
    return new CdrFault("refused", `The CDR API refused the request (${status})${tail}`, { upstream });
  }

  /** Everything that can go wrong below, as a `CdrFault`; nothing of the request (so no key) is in the message. */
  private faultOf(error: unknown): Error {
    if (error instanceof CdrFault) return error;
    const failure = error as { name?: string; code?: string; message?: string; cause?: unknown };
    if (failure.cause instanceof CdrFault) return failure.cause;
    const host = new URL(this.credentials.baseUrl).host;
    const code = failure.code ?? "";
    if (failure.name === "AbortError" || code === "UND_ERR_ABORTED") return new CdrFault("cancelled", "Cancelled.");
    if (code === "UND_ERR_CONNECT_TIMEOUT") return new CdrFault("timeout", `${host} did not accept a connection in time.`);
    if (code === "UND_ERR_HEADERS_TIMEOUT") return new CdrFault("timeout", `${host} did not begin to answer in time.`);
    if (code === "UND_ERR_BODY_TIMEOUT") return new CdrFault("timeout", `${host} stopped sending in the middle of its answer.`);
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
      return new CdrFault("unreachable", `The host ${host} cannot be found.`, { final: code === "ENOTFOUND" });
    }
    if (code === "ECONNREFUSED") return new CdrFault("unreachable", `${host} refuses connections.`);
    if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME|EPROTO/.test(code)) {
      return new CdrFault("tls", `The TLS connection to ${host} cannot be trusted (${code}).`);
    }
    if (/^(UND_ERR|E|Z_)/.test(code)) {
      return new CdrFault("unreachable", `The connection to ${host} broke (${code || failure.name}).`);
    }
    return error as Error;
  }

  private async place(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    };
  }
}

/** A body as it comes, as long as it comes fast enough: a byte a second would hold its account for ever. Only waiting counts, not what is done with it meanwhile. */
async function* paced(body: AsyncIterable<Uint8Array>, { least, longestMs }: ClientLimits): AsyncGenerator<Uint8Array, void, undefined> {
  let inAll = 0;
  let waited = 0;
  let bytes = 0;
  for (const chunks = body[Symbol.asyncIterator](); ; ) {
    const begun = performance.now();
    const next = await chunks.next();
    if (next.done) return;
    const ms = performance.now() - begun;
    inAll += ms;
    waited += ms;
    bytes += next.value.length;
    if (waited >= least.ms) {
      if (bytes < least.bytes) throw new CdrFault("timeout", `The CDR API sends too slowly: ${bytes} bytes in ${Math.round(waited / 1000)} seconds.`);
      waited = 0;
      bytes = 0;
    }
    if (inAll > longestMs) throw new CdrFault("timeout", `The CDR API was still sending its answer after ${Math.round(inAll / 60_000)} minutes.`);
    yield next.value;
  }
}

/** The bytes of a body, unpacked where it is gzip: by what it says of itself, or by its first bytes where it says nothing. */
async function* unpacked(headers: Dispatcher.ResponseData["headers"], body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  const isGzip = /^(x-)?gzip$/i.test(String(headers["content-encoding"] ?? "")) || (first.value[0] === 0x1f && first.value[1] === 0x8b);
  if (!isGzip) return yield* all();
  const gunzip = createGunzip();
  // An error on the way ends the unpacking, and comes out of it.
  pipeline(Readable.from(all()), gunzip, () => {});
  yield* gunzip as AsyncIterable<Uint8Array>;
}

async function firstBytes(response: Dispatcher.ResponseData, most: number): Promise<unknown> {
  let text = "";
  try {
    for await (const chunk of unpacked(response.headers, response.body)) {
      text += Buffer.from(chunk).toString("utf8");
      if (text.length > most) break;
    }
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `Retry-After` in seconds, from either of its forms. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string") return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isFinite(at) ? Math.max(0, Math.ceil((at - Date.now()) / 1000)) : undefined;
}
