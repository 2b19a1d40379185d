/**
 * The rules of the audit. Each is SQL that gives its findings: over `scope`, the calls of a view that count; over `held`, all of
 * them; and over `doubled`, which of them count under another account (`seq`, `other`: its name).
 */

const figure = (value: number | null) => (value === null ? "nothing" : Number(value.toFixed(2)).toLocaleString("en"));

export interface Rule {
  label: string;
  /** What it means, for whoever reads the list. */
  about: string;
  /** True for what is told but is no error. */
  information?: true;
  /** The evidence of a finding in words, from its two figures and its text. */
  tell: (a: number | null, b: number | null, text: string | null) => string;
}

export const rules = {
  zero: {
    label: "Billed without connected time",
    about: "The call was billed although its connected time (usage.connect_minutes, in seconds) is zero.",
    tell: (a) => `billed ${figure(a)} min with 0 s connected`,
  },
  over: {
    label: "Billed more than connected",
    about:
      "More minutes were billed than the connected time (usage.connect_minutes, in seconds) comes to; every begun minute counts. The room's duration and the signalling server's, which may hold ringing and waiting, are not what is billed.",
    tell: (a, b) => `billed ${figure(a)} min, ${figure(b)} s connected`,
  },
  under: {
    label: "Billed less than connected",
    about: "Fewer minutes were billed than the connected time (usage.connect_minutes, in seconds) comes to.",
    tell: (a, b) => `billed ${figure(a)} min, ${figure(b)} s connected`,
  },
  duration: {
    label: "Duration against its times",
    about: "The room's duration differs by more than two seconds from the time between connecting and disconnecting.",
    tell: (a, b) => `duration ${figure(a)} s, ${figure(b)} s between the times`,
  },
  changed: {
    label: "Delivered with different content",
    about: "The record of one CDR id came again with something else in it. The one that came last counts.",
    tell: (a, b, text) => `changed: ${text ?? ""}${a === b ? "" : `; billed ${figure(a)}, then ${figure(b)} min`}`,
  },
  twin: {
    label: "Two records of one connection",
    about: "One connection of a conference has several CDR ids, so it was billed more than once.",
    tell: (a, _, text) => `${figure(a)} records of connection ${text ?? ""}`,
  },
  overlap: {
    label: "Connected twice at once",
    about: "One person was connected twice at the same time in a conference, and both calls were billed.",
    tell: (a) => `${figure(a)} s at the same time as an earlier call`,
  },
  endless: {
    label: "Without an end, or very long",
    about: "The call has no disconnect time, or lasted longer than twelve hours.",
    tell: (a) => (a === null ? "no disconnect time" : `${figure(a / 3600)} hours`),
  },
  unbilled: {
    label: "No billing figure",
    about: "The record has no billed minutes. It counts as a call and adds nothing to the bill.",
    tell: (a) => `${figure(a)} s connected, no billing figure`,
  },
  withdrawn: {
    label: "Not in a later answer",
    about: "The CDR API gave the call, and a later answer for its day did not have it any more. It is kept; whether it counts, its account says.",
    tell: (a) => `not in the answers since ${a === null ? "" : new Date(a).toISOString().slice(0, 16).replace("T", " ")} UTC`,
  },
  doubled: {
    label: "Delivered under two accounts",
    about: "Two accounts have the call. Where both are looked at it counts once, unless the account says otherwise.",
    information: true,
    tell: (_, __, text) => `counts under the account ${text ?? ""}`,
  },
  rounding: {
    label: "Lost to rounding by re-joins",
    about: "Each re-join is rounded up by itself. This is how the service bills and is no error.",
    information: true,
    tell: (a, b) => `${figure(a)} calls, ${figure(b)} s connected in all`,
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as [RuleName, ...RuleName[]];

const expected = "ceil(connect_seconds / 60)";
const between = "(disconnect_ms - connect_ms) / 1000.0";
const longest = 12 * 3600;
const tolerated = 2;

/** A finding's columns: the call, minutes at stake, two figures and a text that the evidence is told from. */
const columns = (name: RuleName, minutes: string, a: string, b: string, told = "NULL") =>
  `SELECT '${name}' AS rule, concat('${name}:', account, ':', call_id) AS key, account, call_id, call_log_id, conf_num, room_id, person, user_name, app_id, role, sip,
   logged_ms, CAST(${minutes} AS DECIMAL(18,6)) AS minutes, ${a} AS a, ${b} AS b, ${told} AS told`;

/** Calls of the view without the further records of a connection: those are told by `twin`. */
const single = `(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY account, conf_num, call_num ORDER BY logged_ms, seq) AS copy FROM scope) numbered
  WHERE copy = 1 OR call_num IS NULL OR conf_num IS NULL) single`;

const joins = "PARTITION BY account, conf_num, person";

/** What a rule's findings are taken from, and under which condition a row is one. */
export function ruleSql(name: RuleName): string {
  switch (name) {
    case "zero":
      return `${columns(name, "billed_minutes", "billed_minutes", "NULL")} FROM scope WHERE billed_minutes > 0 AND connect_seconds = 0`;
    case "over":
      return `${columns(name, `billed_minutes - ${expected}`, "billed_minutes", "connect_seconds")} FROM scope WHERE connect_seconds > 0 AND billed_minutes > ${expected}`;
    case "under":
      return `${columns(name, `billed_minutes - ${expected}`, "billed_minutes", "connect_seconds")} FROM scope WHERE billed_minutes < ${expected}`;
    case "duration":
      return `${columns(name, "0", "room_seconds", between)} FROM scope WHERE disconnect_ms >= connect_ms AND abs(room_seconds - ${between}) > ${tolerated}`;
    case "changed":
      return `${columns(name, "coalesce(billed_after, 0) - coalesce(billed_before, 0)", "billed_before", "billed_after", "fields")} FROM (
        SELECT scope.*, fields, billed_before, billed_after FROM scope JOIN (
          SELECT account AS of_account, call_id AS of_call, max(fields) AS fields, min_by(billed_before, seen_ms) AS billed_before, max_by(billed_after, seen_ms) AS billed_after
          FROM changed_calls GROUP BY account, call_id) changes ON of_account = scope.account AND of_call = scope.call_id) changed`;
    case "twin":
      return `${columns(name, "coalesce(billed_minutes, 0)", "records", "NULL", "call_num")} FROM (
        SELECT *, count(*) OVER (PARTITION BY account, conf_num, call_num) AS records,
          row_number() OVER (PARTITION BY account, conf_num, call_num ORDER BY logged_ms, seq) AS record
        FROM scope WHERE call_num IS NOT NULL AND conf_num IS NOT NULL) twins WHERE records > 1 AND record > 1`;
    case "overlap":
      return `${columns(name, "least(ceil(shared / 60), billed_minutes)", "shared", "NULL")} FROM (
        SELECT *, (least(disconnect_ms, earlier_end) - connect_ms) / 1000.0 AS shared FROM (
          SELECT *, max(disconnect_ms) OVER (${joins} ORDER BY connect_ms, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_end
          FROM ${single} WHERE person IS NOT NULL AND conf_num IS NOT NULL AND disconnect_ms > connect_ms AND billed_minutes > 0) seen
        WHERE earlier_end > connect_ms) doubled`;
    case "endless":
      return `${columns(name, "coalesce(billed_minutes, 0)", `CASE WHEN disconnect_ms IS NOT NULL THEN ${between} END`, "NULL")} FROM scope
        WHERE disconnect_ms IS NULL OR ${between} > ${longest}`;
    case "unbilled":
      return `${columns(name, `-coalesce(${expected}, 0)`, "connect_seconds", "NULL")} FROM scope WHERE billed_minutes IS NULL`;
    case "withdrawn":
      return `${columns(name, "coalesce(billed_minutes, 0)", "since_ms", "NULL")} FROM (SELECT held.*, since_ms FROM held JOIN withdrawn_calls w ON w.seq = held.seq) withdrawn`;
    case "doubled":
      return `${columns(name, "coalesce(billed_minutes, 0)", "NULL", "NULL", "other")} FROM (SELECT held.*, other FROM held JOIN doubled d ON d.seq = held.seq) twice`;
    case "rounding":
      return `${columns(name, "billed - ceil(seconds / 60)", "calls", "seconds")} FROM (
        SELECT *, count(*) OVER (${joins}) AS calls, sum(connect_seconds) OVER (${joins}) AS seconds, sum(${expected}) OVER (${joins}) AS billed,
          row_number() OVER (${joins} ORDER BY logged_ms, seq) AS record
        FROM ${single} WHERE person IS NOT NULL AND conf_num IS NOT NULL AND connect_seconds > 0 AND billed_minutes IS NOT NULL) rejoins
        WHERE record = 1 AND calls > 1 AND billed > ceil(seconds / 60)`;
  }
}
