import type { Value } from "./format";

/** A call as the API gives it: fields by name, times in ISO. */
export type CallRow = Record<string, Value> & {
  account: string;
  call_id: string;
  trans_date: string;
  connect_dt: string | null;
  disconnect_dt: string | null;
  conf_num: string | null;
  room_id: string | null;
  person: string | null;
  user_name: string | null;
  quality: "Good" | "Bad" | null;
  connect_seconds: number | null;
  billed_minutes: number | null;
  sip: boolean | null;
};

/** How a participant is called: name, else ref, else what is known. */
export function nameOf(call: CallRow): string {
  return call.user_name || call.person || (call.sip ? "SIP caller" : "Unnamed participant");
}

/** Browser and system, as far as they are known. */
export function clientOf(call: CallRow): string {
  const version = String(call.browser_version ?? "").split(".")[0];
  const browser = call.browser && [call.browser, version].filter(Boolean).join(" ");
  return [browser, call.os].filter(Boolean).join(" · ") || (call.sip ? "SIP" : "unknown client");
}
