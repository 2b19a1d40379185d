import { z } from "zod";
import { audit, auditShape, ruleNames, rules } from "../billing";
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
  const page = (cursor: number) => audit({ ...asked, limit: 1000, cursor }, defaults);
  const first = await page(0);
  async function* lines() {
    yield Buffer.from(byteOrderMark + csvLine([...columns, "period_complete"], { decimal }));
    for (let answer = first; ; ) {
      const part = answer.rows.map((row) =>
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
            answer.meta.complete,
          ],
          { decimal },
        ),
      );
      yield Buffer.from(part.join(""));
      if (answer.nextCursor === null) return;
      answer = await page(answer.nextCursor);
    }
  }
  const wanted = input.rule ? [input.rule] : ruleNames;
  return {
    name: fileName(input.state ? `audit-${input.state}` : "audit", viewOf(asked, defaults), first.meta, "csv"),
    type: "text/csv; charset=utf-8",
    rows: first.summary.filter(({ rule }) => wanted.includes(rule)).reduce((sum, { findings }) => sum + findings, 0),
    complete: first.meta.complete,
    chunks: lines(),
  };
}
