import { once } from "node:events";
import { appendFileSync, createReadStream, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { daysBetween } from "../../lib/time";
import { type FaultOrder, fail } from "./faults";
import { answerOddly } from "./odd";
import { Random } from "./random";
import { Feed, type FeedOptions, type Json, olderForm } from "./records";

export interface CdrApiOptions extends FeedOptions {
  appId: string;
  appKey: string;
  port: number;
  /** Records exist from this day to that one, both included. */
  firstDay: string;
  lastDay: string;
  /** Whether the `to` of a period belongs to it. The vendor's page does not say. */
  toInclusive: boolean;
  /** Fixed records in place of made ones. */
  records?: Json[];
  /** A folder where made days are kept as files, so that a load test measures the reader and not the maker. */
  keepIn?: string;
}

export interface CdrApi {
  /** The base URL to give to Meetledger. */
  url: string;
  /** Makes requests fail from now on; null makes all well again. */
  order(fault: FaultOrder | null): void;
  /** Paths asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
  readonly server: Server;
}

/** Starts the sample CDR API on 127.0.0.1. */
export async function startCdrApi(options: CdrApiOptions): Promise<CdrApi> {
  const feed = new Feed(options);
  const asked: string[] = [];
  let orders: FaultOrder[] = [];
  // Read anew each time: a test may give it another key, or other records.
  const expected = () => `Basic ${Buffer.from(`${options.appId}:${options.appKey}`).toString("base64")}`;

  const dayTexts = (day: string): string[] => recordsOf(day).map((record) => JSON.stringify(withoutMarks(record)));

  function recordsOf(day: string): Json[] {
    if (day < options.firstDay || day > options.lastDay) return [];
    if (options.records) return options.records.filter((record) => dayOf(record, options.firstDay) === day);
    const random = new Random(`${options.seed}/form/${day}`);
    return feed.loggedOn(day).map((record) => (random.chance(options.older) ? olderForm(record) : record));
  }

  /** One day's records as the inside of a JSON list, in pieces; from the kept file when there is one. */
  async function* dayParts(day: string): AsyncGenerator<string | Buffer> {
    if (day < options.firstDay || day > options.lastDay) return;
    if (!options.keepIn) return yield* pieces(dayTexts(day));
    const path = join(options.keepIn, `${options.seed}-${options.callsPerDay}-${day}.part`);
    if (!existsSync(path)) {
      mkdirSync(options.keepIn, { recursive: true });
      writeFileSync(`${path}.new`, "");
      for (const piece of pieces(dayTexts(day))) appendFileSync(`${path}.new`, piece);
      renameSync(`${path}.new`, path);
    }
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  }

  async function* answerOf(days: string[]): AsyncGenerator<string | Buffer> {
    yield '{"result":"0","cdr":[';
    let sent = false;
    for (const day of days) {
      let begun = false;
      for await (const part of dayParts(day)) {
        if (!begun && sent) yield ",";
        begun = true;
        yield part;
      }
      sent ||= begun;
    }
    yield "]}";
  }

  function matching(pick: (record: Json) => boolean, days: string[]): Buffer {
    const texts = days.flatMap((day) => recordsOf(day).filter(pick)).map((record) => JSON.stringify(withoutMarks(record)));
    return Buffer.from(`{"result":"0","cdr":[${texts.join(",")}]}`);
  }

  const periodDays = (from: string, to: string): string[] => {
    const days = daysBetween(from, to).filter((day) => day >= options.firstDay && day <= options.lastDay);
    return options.toInclusive ? days : days.filter((day) => day < to);
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://sample");
    if (url.pathname === "/_order" && request.method === "POST") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const order = JSON.parse(Buffer.concat(chunks).toString("utf8")) as FaultOrder | null;
      orders = order ? [{ ...order }] : [];
      response.writeHead(204).end();
      return;
    }
    asked.push(url.pathname);
    if (request.headers.authorization !== expected()) {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: "error", error_code: "UNAUTHORIZED", message: "Invalid credentials", request_id: "req-401" }));
      return;
    }
    const parts = url.pathname.split("/").map(decodeURIComponent);
    const route = parts[2] ?? "";
    const everyDay = daysBetween(options.firstDay, options.lastDay);
    const inRoom = (record: Json) => (record.room as Json | undefined)?.room_id === parts[3];
    const covers = (day: string) => route === "period" && (parts[3] ?? "") <= day && day < (parts[4] ?? "");
    const order = orders.find((one) => url.pathname.includes(one.match ?? "") && (!one.day || covers(one.day)) && url.searchParams.get("moved") === null);
    if (order) {
      if (order.times !== undefined && --order.times <= 0) orders = orders.filter((one) => one !== order);
      if (order.odd) {
        const days = periodDays(parts[3] as string, parts[4] as string);
        await answerOddly(response, order.odd, order.day ?? (parts[3] as string), days.flatMap(dayTexts));
        return;
      }
      const body = route === "period" ? matching(() => true, periodDays(parts[3] ?? "", parts[4] ?? "").slice(0, 1)) : matching(() => false, []);
      await fail(response, order, body, url.pathname);
      return;
    }
    const send = (body: Buffer) => response.writeHead(200, { "content-type": "application/json" }).end(body);
    if (parts[1] === "cdr" && route === "period" && parts.length === 5) {
      response.writeHead(200, { "content-type": "application/json" });
      await pipeline(answerOf(periodDays(parts[3] as string, parts[4] as string)), response);
    } else if (parts[1] === "cdr" && route === "room" && parts.length === 4) send(matching(inRoom, everyDay));
    else if (parts[1] === "cdr" && route === "room-period" && parts.length === 6) send(matching(inRoom, periodDays(parts[4] as string, parts[5] as string)));
    else if (parts[1] === "cdr" && route === "conf" && parts.length === 4) send(matching((record) => record.conf_num === parts[3], everyDay));
    else response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify({ result: 4004, error: "No such route" }));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    server,
    order(fault) {
      orders = fault ? [{ ...fault }] : [];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function* pieces(texts: string[]): Generator<string> {
  for (let from = 0; from < texts.length; from += 500) yield (from > 0 ? "," : "") + texts.slice(from, from + 500).join(",");
}

/** The day under which a fixed record is answered; one without a usable date comes with the first day. */
function dayOf(record: Json, fallback: string): string {
  const logged = record?.trans_date;
  return typeof logged === "string" && /^\d{4}-\d{2}-\d{2}T/.test(logged) && Number.isFinite(Date.parse(logged))
    ? new Date(logged).toISOString().slice(0, 10)
    : fallback;
}

/** Marks that the maker puts on records for itself never leave the server. */
function withoutMarks(record: Json): Json {
  if (typeof record !== "object" || record === null || !("~day" in record)) return record;
  const { "~day": _, ...rest } = record;
  return rest;
}
