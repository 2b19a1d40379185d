export { addCard, changeCard, currentCards, endCard, listCards, type RateCard, type RateCardInput } from "./cards";
export { type Invoice, type InvoiceLine, invoiceOf, minorDigits, type Usage } from "./invoice";
export { cardNumberSql, costSql } from "./rate-sql";
