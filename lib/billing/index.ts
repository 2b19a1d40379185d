export { type AuditAnswer, audit, auditQuery, auditShape, decide, type Finding, type RuleSummary } from "./audit";
export { type BillingCheck, checkBilling, type Verdict } from "./check";
export { type RuleName, ruleNames, rules } from "./rules";
