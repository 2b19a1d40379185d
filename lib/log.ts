import pino from "pino";
import { config } from "./config";
import { once } from "./once";

/** The process log: JSON lines on standard output. Secrets are never passed to it; the paths below are a second fence. */
export function log(): pino.Logger {
  return once("log", () =>
    pino({
      level: config().LOG_LEVEL,
      base: null,
      redact: ["appKey", "password", "token", "authorization", "*.appKey", "*.password", "*.token", "*.authorization"],
    }),
  );
}
