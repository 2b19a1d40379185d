import { z } from "zod";
import { allFindings, audit, auditShape, rules } from "../billing";
import { checkPeriod, type ViewDefaults, viewOf } from "../metrics";
import { byteOrderMark, csvLine } from "./csv";
import { type Export, exportShape, fileName } from "./file";

const { limit: _, cursor: __, ...shape } = auditShape;

export const auditExportQuery = z.strictObject({ ...shape, ...exportShape }).superRefine(checkPeriod);

const columns = [
  "rule",
  "state",
  "minutes",
  "amount",
  "evidence",
  "conference",
  "room",
  "person",
  "user_name",
  "logged_at",
  "call_log_id",
  "call_id",
  "account",
  "note",
  "decided_by",
];

/** Findings as CSV: with `state=disputed` the evidence for the vendor. */
export async function auditCsv(input: z.output<typeof auditExportQuery>, defaults: ViewDefaults): Promise<Export> {
  const { decimal, ...asked } = input;
  const view = viewOf(asked, defaults);
  const { summary, meta } = await audit({ ...asked, limit: 1, cursor: 0 }, defaults);
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine([...columns, "period_complete"], { decimal }));
    for await (const page of allFindings(view, asked)) {
      const part = page.map((row) =>
        csvLine(
          [
            rules[row.rule].label,
            row.state,
            row.minutes,
            row.amount === null ? null : Number(row.amount),
            row.evidence,
            row.conference,
            row.room,
            row.person,
            row.userName,
            row.loggedAt,
            row.callLogId,
            row.callId,
            row.account,
            row.note,
            row.decidedBy,
            meta.complete,
          ],
          { decimal },
        ),
      );
      yield Buffer.from(part.join(""));
    }
  }
  const of = summary.filter(({ rule }) => !input.rule || rule === input.rule);
  const counted = (one: (typeof summary)[number]) =>
    input.state === undefined ? one.findings : input.state === "open" ? one.findings - one.accepted - one.disputed : one[input.state];
  return {
    name: fileName(input.state ? `audit-${input.state}` : "audit", view, meta, "csv"),
    type: "text/csv; charset=utf-8",
    rows: of.reduce((sum, one) => sum + counted(one), 0),
    complete: meta.complete,
    chunks: lines(),
  };
}
