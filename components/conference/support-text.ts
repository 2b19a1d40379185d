import { type CallRow, clientOf, nameOf } from "../data/calls";

const utc = (iso: string | null) => (iso === null ? "unknown" : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`);

/** What the vendor's support asks for, as text for a ticket: the conference, and of each call its Log ID, times in UTC and client. */
export function supportText(conference: string, calls: CallRow[]): string {
  const room = calls.find((call) => call.room_id !== null);
  const head = [`Conference number: ${conference}`, ...(room ? [`Room id: ${room.room_id}`] : []), "Times are in UTC.", ""];
  const lines = calls.flatMap((call) => [
    `Log ID: ${call.call_log_id ?? "none"} (call ${call.call_num ?? "without number"})`,
    `  ${nameOf(call)}${call.role ? `, ${call.role}` : ""}; connected ${utc(call.connect_dt)}, disconnected ${utc(call.disconnect_dt)}`,
    `  ${clientOf(call)}; quality ${call.quality ?? "not rated"}; billed ${call.billed_minutes ?? "–"} min`,
  ]);
  return [...head, ...lines].join("\n");
}
