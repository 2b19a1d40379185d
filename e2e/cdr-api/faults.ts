import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { OddKind } from "./odd";

/** Every failure that the contract names, by the name under which it is asked for. */
export const faultKinds = [
  "401",
  "401-old",
  "403",
  "429",
  "500",
  "503",
  "reset",
  "reset-midway",
  "silent",
  "stall",
  "trickle",
  "cut",
  "broken-json",
  "broken-record",
  "html",
  "empty",
  "not-a-list",
  "result-error",
  "redirect",
  "redirect-home",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultOrder {
  /** `odd`: an answer of one day that carries something odd: see odd.ts. */
  kind: FaultKind | "odd";
  odd?: OddKind;
  /** How many answers fail; absent: all of them, until cleared. */
  times?: number;
  /** Only requests whose path contains this text. */
  match?: string;
  /** Only requests for a period that covers this UTC day, whether its `to` is inclusive or not. */
  day?: string;
  /** Seconds, for 429 and 503. */
  retryAfter?: number;
}

const newBody = (code: string, message: string) => ({ status: "error", error_code: code, message, request_id: "req-5f1e" });

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Answers with the failure. `body` is what a good answer would have been. */
export async function fail(response: ServerResponse, order: FaultOrder, body: Buffer, path: string): Promise<void> {
  const again: Record<string, string> = order.retryAfter === undefined ? {} : { "retry-after": String(order.retryAfter) };
  const half = body.subarray(0, Math.floor(body.length / 2));
  const ok = { "content-type": "application/json" };
  switch (order.kind) {
    case "401":
      return answer(response, 401, newBody("UNAUTHORIZED", "Invalid credentials"));
    case "401-old":
      return answer(response, 401, { result: 4001, error: "Authentication failed" });
    case "403":
      return answer(response, 403, newBody("PROJECT_SUSPENDED", "The project is suspended"));
    case "429":
      return answer(response, 429, newBody("RATE_LIMITED", "Too many requests"), again);
    case "500":
      return answer(response, 500, newBody("INTERNAL", "Something went wrong"));
    case "503":
      return answer(response, 503, { result: 5003, error: "Service unavailable" }, again);
    case "reset":
      response.destroy();
      return;
    case "reset-midway":
      response.writeHead(200, { ...ok, "content-length": String(body.length) }).write(half);
      await sleep(30);
      response.destroy();
      return;
    case "silent":
      return;
    case "stall":
      response.writeHead(200, ok).write(half);
      return;
    case "trickle":
      response.writeHead(200, ok).write(half);
      for (const byte of body.subarray(half.length)) {
        if (response.destroyed) return;
        response.write(Buffer.of(byte));
        await sleep(10);
      }
      response.end();
      return;
    case "cut":
      response.writeHead(200, ok).end(half);
      return;
    case "broken-json":
      response.writeHead(200, ok).end('{"result":"0","cdr":[{"a":1},,]}');
      return;
    case "broken-record":
      response.writeHead(200, ok).end('{"result":"0","cdr":[{"cdr_id":nope}]}');
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>");
      return;
    case "empty":
      response.writeHead(200, ok).end();
      return;
    case "not-a-list":
      return answer(response, 200, { result: "0", cdr: { error: "none" } });
    case "result-error":
      return answer(response, 200, { result: 4102, error: "Date range not allowed" });
    case "redirect":
      response.writeHead(302, { location: `http://127.0.0.2:9/${path}` }).end();
      return;
    case "redirect-home":
      response.writeHead(302, { location: `${path}?moved=1` }).end();
      return;
  }
}
