export { type BillingCheck, checkBilling, type Verdict } from "./check";
