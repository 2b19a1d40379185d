export { type AuditAnswer, allFindings, audit, auditQuery, auditShape, decide, type Finding, type RuleSummary } from "./audit";
export { type Budget, listBudgets, setBudget } from "./budgets";
export { type BillingCheck, checkBilling, type Verdict } from "./check";
export { type ExpectedInvoice, expectedInvoice, invoiceQuery } from "./expected";
export { type ForecastAnswer, forecast, forecastQuery } from "./forecast";
export { type Preview, previewFile, type Reconciliation, reconcile, reconcileQuery } from "./reconcile";
export { type RuleName, ruleNames, rules } from "./rules";
