import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Worker } from "node:worker_threads";
import { AppError } from "./error";
import { once } from "./once";

/** How long requests that run may still take, and what comes after them, in ms. */
const patience = { requests: 20_000, stores: 5_000 };

/** A terminal tells the whole group of processes, and `npm` tells its child once more: the same signal, twice. */
const sameSignalMs = 1_000;

const present = () => once("stopping", () => ({ stoppingSince: null as number | null, running: 0, servers: new Set<Server>(), ended: () => {} }));

/** Counts the requests that run, and remembers the server that they come to. Called once, before the first request. */
export function watchRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { response, server } = message as { request: IncomingMessage; response: ServerResponse; server: Server };
    const now = present();
    now.servers.add(server);
    now.running++;
    if (now.stoppingSince !== null) response.setHeader("connection", "close");
    response.once("close", () => {
      now.running--;
      if (now.running === 0) now.ended();
    });
  });
}

/** Refuses new work while the process is being stopped. Error: `busy`. */
export function refuseWhenStopping(): void {
  if (present().stoppingSince !== null) throw new AppError("busy", "Meetledger is being stopped. Try again in a moment.", { retryAfterSeconds: 10 });
}

/**
 * Ends the process on SIGTERM and SIGINT: new work is refused, what runs has twenty seconds to end, then the stores are closed.
 * A further signal, a second later, ends it at once. Next's own handlers would end it as soon as requests have, with the stores open.
 */
export function stopOnSignals(close: () => Promise<unknown>): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => void stop(close));
  }
}

async function stop(close: () => Promise<unknown>): Promise<void> {
  const now = present();
  if (now.stoppingSince !== null) {
    if (Date.now() - now.stoppingSince > sameSignalMs) process.exit(1);
    return;
  }
  now.stoppingSince = Date.now();
  endAnyhow();
  for (const server of now.servers) server.close();
  if (now.running > 0) {
    const ended = new Promise<void>((resolve) => {
      now.ended = resolve;
    });
    await Promise.race([ended, after(patience.requests)]);
  }
  await Promise.race([close(), after(patience.stores)]);
  process.exit(0);
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Native code that hangs holds this thread, and with it every timer, and the lock on the warehouse. Another thread has timers of its own. */
function endAnyhow(): void {
  const ms = patience.requests + patience.stores + 5_000;
  new Worker(`setTimeout(() => process.kill(process.pid, "SIGKILL"), ${ms})`, { eval: true }).unref();
}
